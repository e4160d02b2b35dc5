/** `report --model`: the page of an exported file on labeled cases, by what the file has: no run, no selection, no training. */
import { basename, dirname, resolve } from 'node:path'
import { type CommandContext, CommandLineError } from '@mammokit/command-line'
import { html } from '@mammokit/html-page'
import { type Model, type ModelDescription, openModel } from '@mammokit/mammogram-classifier'
import type { ActivationMap } from '@mammokit/mammogram-classifier/heatmap'
import { classifyBreasts, logOdds, sigmoid } from '@mammokit/mammogram-classifier/selection'
import { assertImagesPresent, readImageBytes } from '@mammokit/mammogram-dataset'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess/png'
import { type ProcessedRow, readLesions } from '@mammokit/screening-data'
import { hashSources, type Prediction, readPredictions, runPaths, writePredictions } from '@mammokit/training-run'
import { z } from 'zod'
import type { reportSchema } from '../config.ts'
import { resampling } from '../config-values.ts'
import { readSite } from '../predict/read-site.ts'
import { assertNoneBeside } from '../stray-option.ts'
import { reportTest } from '../test/report-test.ts'
import { testFiguresOf } from '../test/test-figures.ts'
import { packageVersion } from '../version.ts'
import { baselineSection } from './baseline-section.ts'
import { rankingSection } from './curves.ts'
import type { Drawing } from './drawing.ts'
import { figureSection } from './figure-section.ts'
import { fileSection } from './file-section.ts'
import { glossarySection } from './glossary-section.ts'
import { imageSection } from './image-section.ts'
import { levelSection } from './level-section.ts'
import { cardSection, headerSection, outcomeSection } from './overview.ts'
import type { Page } from './page.ts'
import { subgroupSection } from './subgroup-section.ts'
import { mapScaleOf, patientNames, type TestedCases } from './tested-cases.ts'

type Config = Omit<z.output<typeof reportSchema>, 'run' | 'model'> & { readonly model: string }

/** Cases that the file was not selected by are all tested. */
const subset = 'test'

/** Tests the file on all labeled images of a data folder, and writes what it says of them to predictions/test of the page's folder. */
export async function filePage(config: Config, drawing: Drawing, context: CommandContext): Promise<Page> {
  assertNoneBeside(['compare'], config, {}, { flag: '--model', reason: 'An exported file has no training curves.' })
  const { model: file, engine, device, threads } = config
  const site = onlyFolder(config.data)
  const name = config.name ?? basename(resolve(site))
  const folder = runPaths(dirname(file)).site(name)
  const model = await openModel({ file, engine, device, threads })
  try {
    const { data: _, ...options } = config
    const { rows, notes } = await readSite({ ...options, site, data: null, unrelatedIds: false }, model.description)
    for (const note of notes) context.progress.line(note)
    await assertImagesPresent(rows)
    const { images, maps } = await predict(model, rows, context)
    const source = await predictionsIn(folder, images, rows, model.description)
    const tested = { file, name, rows, images, maps, source, notes }
    const cases = await casesOf(tested, model.description, { isAnonymous: config.anonymous, drawing, context })
    reportTest(cases.test, context.progress.line)
    return {
      path: runPaths(folder).report,
      title: `${basename(file)} on ${name}`,
      body: await bodyOf(cases, config, model.description),
    }
  } finally {
    context.progress.stop()
    await model.dispose()
  }
}

/** @throws CommandLineError `invalid-value` for several */
function onlyFolder(data: string | readonly string[]): string {
  const [first, ...others] = [data].flat()
  if (others.length === 0) return first!
  throw new CommandLineError(
    'invalid-value',
    `Expected one --data with --model but received ${others.length + 1}. Report on one after another.`,
    { data },
  )
}

async function predict(model: Model, rows: readonly ProcessedRow[], { progress, signal }: CommandContext) {
  const images: Prediction[] = []
  const maps = new Map<string, ActivationMap>()
  progress.start('predict', rows.length, { unit: 'images' })
  for (const row of rows) {
    signal?.throwIfAborted()
    const { probability: given, map } = await model.explain(await decodeGrayPng(await readImageBytes(row)))
    if (map) maps.set(row.imageId, map)
    const { imageId, patientId, laterality, view, cancer: target } = row
    const logit = logOdds(given)
    images.push({ imageId, patientId, laterality, view, target, logit, probability: sigmoid(logit) })
    progress.update(images.length)
  }
  progress.stop()
  return { images, maps }
}

/** Written, and read back: the page names the file's hashes. */
async function predictionsIn(
  folder: string,
  images: readonly Prediction[],
  rows: readonly ProcessedRow[],
  { checkpoint, checkpointHash, preprocessHash }: ModelDescription,
) {
  const epoch = epochOf(checkpoint)
  const hash = hashSources(rows)
  // There is no split of these cases: what they are is the hash of their files.
  const hashes = { checkpointHash, preprocessHash, splitsSha256: hash, dataSha256: hash }
  await writePredictions(folder, { subset, epoch, ...hashes, mammokit: packageVersion() }, images)
  return readPredictions(folder, subset, epoch)
}

const epochOf = (checkpoint: string) => Number(checkpoint.slice('epoch-'.length))

interface Tested {
  readonly file: string
  /** Of the cases. */
  readonly name: string
  readonly rows: readonly ProcessedRow[]
  readonly images: readonly Prediction[]
  readonly maps: ReadonlyMap<string, ActivationMap>
  readonly source: Awaited<ReturnType<typeof readPredictions>>
  readonly notes: readonly string[]
}

interface PageOptions {
  readonly isAnonymous: boolean
  readonly drawing: Drawing
  readonly context: CommandContext
}

async function casesOf(
  { file, name, rows, images, maps, source, notes }: Tested,
  { decision, checkpoint, checkpointHash, preprocessHash }: ModelDescription,
  { isAnonymous, drawing, context }: PageOptions,
): Promise<TestedCases> {
  const { aggregation, threshold, calibration, subset: chosenOn } = decision!
  const epoch = epochOf(checkpoint)
  const selection = { epoch, checkpoint, checkpointHash, preprocessHash, threshold, aggregation, calibration }
  const tested = { selection, predictions: source, rows, trainingRows: [] }
  const breasts = classifyBreasts(images, { aggregation })
  const [map] = maps.values()
  return {
    heading: `exported file ${basename(file)}`,
    who: `of ${name}`,
    doubts: notes.slice(0, 1),
    test: await testFiguresOf(subset, tested, z.object(resampling).parse({}), context),
    tests: [],
    selection: { subset: chosenOn },
    predictions: images,
    breasts,
    files: new Map(rows.map((row) => [row.imageId, row])),
    maps: map ? { source: map, maps } : null,
    withoutMaps: 'The file gives no heatmaps.',
    mapScale: mapScaleOf(maps, images, breasts, threshold),
    lesions: await readLesions(rows),
    drawing,
    patientName: patientNames(isAnonymous),
  }
}

async function bodyOf(cases: TestedCases, { images, prevalence, data }: Config, description: ModelDescription) {
  const [gallery, ranking] = await Promise.all([imageSection(cases, images), rankingSection(cases)])
  return html`${headerSection(cases)}
${cardSection(cases)}
${outcomeSection(cases)}
${gallery}
${ranking}
${figureSection(cases, prevalence)}
${levelSection(cases)}
${baselineSection(cases)}
${subgroupSection(cases)}
${fileSection(cases, description, onlyFolder(data))}
${glossarySection()}`
}
