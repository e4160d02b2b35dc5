/** `report`: everything about a run on one page that needs nothing else, for a radiologist to read. */
import { writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, CommandLineError, parseConfig, silentContext } from '@mammokit/command-line'
import { html, htmlPage } from '@mammokit/html-page'
import { runPaths } from '@mammokit/training-run'
import type { z } from 'zod'
import { type ReportConfig, reportSchema } from '../config.ts'
import { assertNoStray } from '../stray-option.ts'
import { baselineSection } from './baseline-section.ts'
import { checklistSection } from './checklist-section.ts'
import { type ComparedRun, compareSection, readComparedRun } from './compare-section.ts'
import { rankingSection, selectionSection, trainingSection } from './curves.ts'
import { type Drawing, drawHere, startDrawing } from './drawing.ts'
import { ensembleSection } from './ensemble-section.ts'
import { externalSection } from './external-section.ts'
import { figureSection } from './figure-section.ts'
import { flowSection } from './flow-section.ts'
import { glossarySection } from './glossary-section.ts'
import { imageSection } from './image-section.ts'
import { levelSection } from './level-section.ts'
import { cardSection, headerSection, outcomeSection } from './overview.ts'
import type { Page } from './page.ts'
import { provenanceSection } from './provenance-section.ts'
import { readReportData } from './report-data.ts'
import { style } from './style.ts'
import { subgroupSection } from './subgroup-section.ts'

/** Writes report.html and returns its path; of an exported file beside it, in `sites/`. */
export async function report(
  input: ReportConfig,
  context: CommandContext = silentContext,
  openDrawing: () => Drawing = drawHere,
): Promise<string> {
  const { run, model, ...config } = parseConfig(reportSchema, input)
  if ((run === undefined) === (model === undefined)) throw notOneModel(run, model)
  const drawing = openDrawing()
  try {
    const { path, title, body } =
      run !== undefined
        ? await runPage({ ...config, run }, drawing)
        : await (await import('./file-page.ts')).filePage({ ...config, model: model! }, drawing, context)
    await writeFileAtomic(path, htmlPage({ title: `MammoKit: ${title}`, body, style }))
    context.progress.line(`Wrote ${path}`)
    return path
  } finally {
    await drawing.close()
  }
}

/** `report` of a process of its own, which loads what draws in a thread while it reads tables. */
export const reportInThreads = (input: ReportConfig, context?: CommandContext): Promise<string> =>
  report(input, context, startDrawing)

function notOneModel(run: string | undefined, model: string | undefined): CommandLineError {
  const received = run === undefined ? 'neither' : 'both'
  const message = `Expected --run or --model but received ${received}. Give the run, or the file that was exported of it.`
  return new CommandLineError('invalid-value', message, { run, model })
}

type Config = Omit<z.output<typeof reportSchema>, 'run' | 'model'>

const ofFileOnly = ['name', 'maxLeftOut', 'engine', 'device', 'threads'] as const

async function runPage({ run, ...config }: Config & { readonly run: string }, drawing: Drawing): Promise<Page> {
  assertNoStray(ofFileOnly, config, reportSchema.parse({}), { flag: '--model', gives: 'an exported file' })
  const data = await readReportData(run, config.data, drawing, { isAnonymous: config.anonymous })
  const compared: ComparedRun[] = []
  for (const other of [config.compare ?? []].flat()) compared.push(await readComparedRun(other))
  const [images, ranking, selection, training, others] = await Promise.all([
    imageSection(data, config.images),
    rankingSection(data),
    selectionSection(data),
    trainingSection(data),
    compareSection(data, compared),
  ])
  const body = html`${headerSection(data)}
${cardSection(data)}
${outcomeSection(data)}
${images}
${ranking}
${figureSection(data, config.prevalence)}
${levelSection(data)}
${baselineSection(data)}
${ensembleSection(data)}
${flowSection(data)}
${selection}
${subgroupSection(data)}
${externalSection(data)}
${training}
${others}
${provenanceSection(data)}
${checklistSection(data)}
${glossarySection()}`
  return { path: runPaths(run).report, title: data.name, body }
}
