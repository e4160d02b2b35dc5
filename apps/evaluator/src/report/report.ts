/** `report`: everything about a run on one page that needs nothing else, for a radiologist to read. */

import { writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import { html, htmlPage } from '@mammokit/html-page'
import { runPaths } from '@mammokit/training-run'
import { type ReportConfig, reportSchema } from '../config.ts'
import { baselineSection } from './baseline-section.ts'
import { checklistSection } from './checklist-section.ts'
import { type ComparedRun, compareSection, readComparedRun } from './compare-section.ts'
import { rankingSection, selectionSection, trainingSection } from './curves.ts'
import { ensembleSection } from './ensemble-section.ts'
import { externalSection } from './external-section.ts'
import { figureSection } from './figure-section.ts'
import { flowSection } from './flow-section.ts'
import { glossarySection } from './glossary-section.ts'
import { imageSection } from './image-section.ts'
import { levelSection } from './level-section.ts'
import { cardSection, headerSection, outcomeSection } from './overview.ts'
import { provenanceSection } from './provenance-section.ts'
import { readReportData } from './report-data.ts'
import { style } from './style.ts'
import { subgroupSection } from './subgroup-section.ts'

/** Writes report.html and returns its path. */
export async function report(input: ReportConfig, { progress }: CommandContext = silentContext): Promise<string> {
  const config = parseConfig(reportSchema, input)
  const data = await readReportData(config.run, config.data, { isAnonymous: config.anonymous })
  const compared: ComparedRun[] = []
  for (const other of [config.compare ?? []].flat()) compared.push(await readComparedRun(other))
  const body = html`${headerSection(data)}
${cardSection(data)}
${outcomeSection(data)}
${await imageSection(data, config.images)}
${await rankingSection(data)}
${figureSection(data, config.prevalence)}
${levelSection(data)}
${baselineSection(data)}
${ensembleSection(data)}
${flowSection(data)}
${await selectionSection(data)}
${subgroupSection(data)}
${externalSection(data)}
${await trainingSection(data)}
${await compareSection(data, compared)}
${provenanceSection(data)}
${checklistSection(data)}
${glossarySection()}`
  const path = runPaths(config.run).report
  await writeFileAtomic(path, htmlPage({ title: `MammoKit: ${data.name}`, body, style }))
  progress.line(`Wrote ${path}`)
  return path
}
