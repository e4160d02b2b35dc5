/** `import`: a data set as it was published to raw/images.csv, which the other commands read. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type CommandContext, CommandLineError, formatTable, silentContext } from '@mammokit/command-line'
import {
  type DataSetImage,
  type DataSetProblem,
  dataPaths,
  dataSetLayouts,
  readDataSet,
  writeImagesCsv,
  writeProblemsCsv,
} from '@mammokit/screening-data'
import type { CsvError } from '@mammokit/strict-csv'
import type { Config } from '../config/config.ts'
import { dataFolder } from '../data-folder.ts'
import { TrainerError } from '../trainer-error.ts'

export interface ImportSummary {
  /** Name of the layout. */
  readonly set: string
  /** Images that were listed, and those of them with cancer and without a label. */
  readonly images: number
  readonly positives: number
  readonly unlabeled: number
  readonly patients: number
  /** Lesions that are known as boxes. */
  readonly lesions: number
  readonly problems: readonly DataSetProblem[]
}

/**
 * Writes raw/images.csv, and beside it the problems as import-problems.csv; images stay where they are.
 *
 * @throws TrainerError `input-invalid` where nothing is left to import, with `import.strict` for any problem but `not-a-mammogram`, and where images.csv would
 * replace, or lie beside, a list that someone else wrote
 * @throws ScreeningDataError `no-images` with what was looked for; CsvError, FileError of the set's tables
 */
export async function importDataSet(
  config: Config,
  { progress, signal }: CommandContext = silentContext,
): Promise<ImportSummary> {
  const { source, from, masks } = config.import
  if (source === null) {
    throw new CommandLineError(
      'invalid-value',
      'Expected the folder of a data set for <source> but received nothing. Name it: mammokit-trainer import FOLDER.',
    )
  }
  const { raw, trainCsv, processed } = dataPaths(dataFolder(config))
  const path = join(raw, 'images.csv')
  await assertReplaceable(path, trainCsv, source)
  const faults: CsvError[] = []
  const dataSet = await readDataSet(source, {
    from,
    masks,
    exclude: [processed],
    onFault: (fault) => faults.push(fault),
    onProgress: ({ stage, done, total }) => {
      if (done === 1) progress.start(stage, total, { unit: 'files' })
      progress.update(done)
      if (done === total) progress.stop()
    },
    ...(signal && { signal }),
  })
  const { set, root, images: all } = dataSet
  const problems = [...faults.map((fault) => badRow(fault, source)), ...dataSet.problems]
  const images = all.filter(({ isMissing, fault }) => !isMissing && fault === undefined)
  const { title, license } = dataSetLayouts.find(({ name }) => name === set)!
  progress.line(`Read ${source} as ${set} (${title}): ${describe(images)}.`)
  progress.line(`License: ${license}.`)
  reportProblems(problems, (text) => progress.line(text))
  // Images that are no mammograms belong to their set as it was published.
  const wrong = problems.filter(({ code }) => code !== 'not-a-mammogram')
  if (images.length === 0 || (config.import.strict && wrong.length > 0)) throw refused(source, images, wrong)

  await writeImagesCsv(path, images, root)
  const list = join(raw, 'import-problems.csv')
  await writeProblemsCsv(list, problems)
  progress.line(`Wrote ${path}${problems.length > 0 ? `, and every problem to ${list}` : ''}`)
  return { set, ...countsOf(images), problems }
}

/** A row that could not be read, with its table as the other problems name it. */
function badRow({ message, details }: CsvError, source: string): DataSetProblem {
  const path = details.path === undefined ? '' : relative(source, details.path).replaceAll(sep, '/')
  return { code: 'bad-row', message, path, line: details.line ?? null }
}

function countsOf(images: readonly DataSetImage[]) {
  return {
    images: images.length,
    positives: images.filter(({ cancer }) => cancer === 1).length,
    unlabeled: images.filter(({ cancer }) => cancer === null).length,
    patients: new Set(images.map(({ patientId }) => patientId)).size,
    lesions: images.reduce((sum, { lesions }) => sum + lesions.length, 0),
  }
}

function describe(images: readonly DataSetImage[]): string {
  const { patients, positives, unlabeled, lesions } = countsOf(images)
  const rules = [...new Set(images.map(({ cancerSource }) => cancerSource))].filter((rule) => rule !== '')
  const boxes = lesions > 0 ? `, ${counted(lesions, 'lesion')} as box${lesions === 1 ? '' : 'es'}` : ''
  const by = rules.length > 0 ? ` (by ${rules.join(', ')})` : ''
  return `${counted(images.length, 'image')} of ${counted(patients, 'patient')}, ${positives} with cancer${by}, ${unlabeled} without a label${boxes}`
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** The number of problems of each kind, and the first few. */
function reportProblems(problems: readonly DataSetProblem[], line: (text: string) => void): void {
  if (problems.length === 0) return
  const kinds = [...new Set(problems.map(({ code }) => code))].sort()
  const rows = kinds.map((kind) => {
    const those = problems.filter(({ code }) => code === kind)
    return [kind, those.length, placeOf(those[0]!)] as const
  })
  line(formatTable(['problem', 'number', 'first'], rows))
  for (const problem of problems.slice(0, 5)) line(`  ${placeOf(problem)}: ${problem.message}`)
  if (problems.length > 5) line(`  and ${problems.length - 5} more`)
}

function placeOf({ path, line }: DataSetProblem): string {
  return line === null ? path : `${path}:${line}`
}

/** A list that import did not write stays, and none is written where it would not be read. */
async function assertReplaceable(path: string, trainCsv: string, source: string): Promise<void> {
  const [first = ''] = existsSync(path) ? (await readFile(path, 'utf8')).split(/\r?\n/, 1) : []
  const taken = existsSync(trainCsv) ? trainCsv : first !== '' && !first.split(',').includes('set') ? path : undefined
  if (taken === undefined) return
  throw new TrainerError(
    'input-invalid',
    `Expected no other list of images in the data folder but received ${taken}. Give another folder for --data; extract-rois and split read ${taken} without import.`,
    { path: taken, source },
  )
}

function refused(source: string, images: readonly DataSetImage[], problems: readonly DataSetProblem[]): TrainerError {
  const expected = images.length === 0 ? 'at least one image that is there' : 'no problem, because of --strict,'
  const received = images.length === 0 ? 'none' : `${problems.length}`
  const [first] = problems
  const example = first === undefined ? '' : `, the first at ${placeOf(first)}: ${first.message}`
  return new TrainerError(
    'input-invalid',
    `Expected ${expected} in ${source} but received ${received}${example}. Check that the set is whole.`,
    { source, images: images.length, problems: problems.length },
  )
}
