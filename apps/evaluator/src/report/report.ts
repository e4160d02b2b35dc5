/** `report`: everything about a run on one page that needs nothing else, for a radiologist to read. */

import { writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import { runPaths } from '@mammokit/training-run'
import { type ReportConfig, reportSchema } from '../config.ts'
import { rankingSection, selectionSection, trainingSection } from './curves.ts'
import { Html, html } from './html.ts'
import { imageSection } from './image-section.ts'
import { cardSection, figureSection, headerSection, outcomeSection } from './overview.ts'
import { provenanceSection } from './provenance-section.ts'
import { readReportData } from './report-data.ts'
import { style } from './style.ts'
import { subgroupSection } from './subgroup-section.ts'

/** Writes report.html and returns its path. */
export async function report(input: ReportConfig, { progress }: CommandContext = silentContext): Promise<string> {
  const config = parseConfig(reportSchema, input)
  const data = await readReportData(config.run, config.data)
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>MammoKit: ${data.name}</title><style>${new Html(style)}</style></head>
<body><main>
${headerSection(data)}
${cardSection(data)}
${outcomeSection(data)}
${await imageSection(data, config.images)}
${await rankingSection(data)}
${figureSection(data)}
${await selectionSection(data)}
${subgroupSection(data)}
${await trainingSection(data)}
${provenanceSection(data)}
</main></body></html>
`
  const path = runPaths(config.run).report
  await writeFileAtomic(path, page.text)
  progress.line(`Wrote ${path}`)
  return path
}
