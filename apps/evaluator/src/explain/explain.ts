/** `explain`: where in its images a run sees evidence for cancer, and whether that is where the lesions are. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeJsonAtomic } from '@mammokit/atomic-files'
import { type CommandContext, parseConfig, silentContext } from '@mammokit/command-line'
import {
  type ClassifierImage,
  type Explanation,
  mapInFrame,
  openRunClassifier,
  type RunClassifier,
  resolveMapOptions,
  wholeImage,
} from '@mammokit/mammogram-classifier'
import { readImageBytes } from '@mammokit/mammogram-dataset'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess'
import { type Lesion, type ProcessedRow, readLesions } from '@mammokit/screening-data'
import { defaultConfig } from '@mammokit/seresnext'
import { epochName, readEpochWeights, readRunConfig, runPaths, writeMaps } from '@mammokit/training-run'
import type { z } from 'zod'
import { type ExplainConfig, explainSchema } from '../config.ts'
import { EvaluatorError } from '../evaluator-error.ts'
import { openRows } from '../predict/predict-rows.ts'
import { readSubset } from '../predict/subset-rows.ts'
import { type LocalizedImage, lesionInImage, localize, type PixelBox } from './localize.ts'
import { type Cascade, cascade, mapsOf, type Similarity, similarityOf } from './sanity-checks.ts'
import { type LocalizationSummary, summarizeLocalization } from './summarize-localization.ts'
import { type Overlay, writeOverlay } from './write-overlay.ts'

export interface ExplainResult {
  readonly subset: string
  readonly checkpoint: string
  readonly checkpointHash: string
  readonly preprocessHash: string
  readonly method: string
  readonly stage: number
  /** Images with a map. */
  readonly images: number
  /** Null where no lesion is known. */
  readonly localization: LocalizationSummary | null
  readonly sanity: {
    readonly images: number
    readonly cascade: readonly Cascade[] | null
    /** Of another run, such as one that was trained on shuffled labels. */
    readonly against: ({ readonly run: string; readonly checkpointHash: string } & Similarity) | null
  } | null
  readonly overlays: readonly (Overlay & { readonly probability: number })[]
}

type Config = z.output<typeof explainSchema>

/** Writes runs/<run>/explain/<subset>/: two pictures of each image that is asked for, and of a whole subset maps.safetensors and explain.json. */
export async function explain(input: ExplainConfig, context: CommandContext = silentContext): Promise<ExplainResult> {
  const { progress } = context
  const config = parseConfig(explainSchema, input)
  const { run, data, subset, method, stage, engine, device, threads, batchSize } = config
  const runConfig = await readRunConfig(run)
  const { rows: all, notes } = await readSubset(data, { subset }, runConfig)
  for (const note of notes) progress.line(note)
  const rows = chosenRows(all, config)
  const options = resolveMapOptions({ ...defaultConfig, ...runConfig.model }, { method, stage })
  const classifier = await openRunClassifier(run, { epoch: config.epoch, engine, device, threads, batchSize })
  try {
    const lesions = await readLesions(rows)
    const { explanations, localized } = await explainRows(rows, lesions, classifier, { ...config, ...options }, context)
    const { checkpointHash, epoch } = classifier
    const folder = runPaths(run).explanations(subset)
    // Single images leave the maps of the whole subset as they are.
    const isWhole = config.image === undefined
    if (isWhole) {
      await rm(folder, { recursive: true, force: true })
      const [{ map: grid }] = explanations as [Explanation]
      const path = await writeMaps(run, subset, {
        source: {
          ...{ checkpointHash, preprocessHash: runConfig.preprocessHash, ...options },
          ...{ offset: grid.offset, stride: grid.stride },
        },
        maps: new Map(rows.map(({ imageId }, i) => [imageId, explanations[i]!.map])),
      })
      progress.line(`Wrote ${rows.length} maps by ${options.method} of stage ${options.stage} to ${path}.`)
    }
    const result: ExplainResult = {
      ...{ subset, checkpoint: epochName(epoch), checkpointHash, preprocessHash: runConfig.preprocessHash },
      ...options,
      images: rows.length,
      localization: summarizeLocalization(localized),
      sanity: await checkSanity(rows, classifier, { ...config, ...options }, context),
      overlays: await writeOverlays(folder, rows, explanations, config, context),
    }
    if (isWhole) await writeJsonAtomic(join(folder, 'explain.json'), result)
    for (const line of describe(result)) progress.line(line)
    return result
  } finally {
    progress.stop()
    await classifier.dispose()
  }
}

/** @throws EvaluatorError `no-images` for an id that the subset does not have */
function chosenRows(rows: readonly ProcessedRow[], { image, subset }: Config): readonly ProcessedRow[] {
  if (image === undefined) return rows
  const asked = [image].flat()
  const byId = new Map(rows.map((row) => [row.imageId, row]))
  const missing = asked.find((id) => !byId.has(id))
  if (missing === undefined) return asked.map((id) => byId.get(id)!)
  throw new EvaluatorError(
    'no-images',
    `Expected images of the subset ${subset} for --image but received ${missing}. Look it up in processed/splits.csv, or choose another --subset.`,
    { subset, image: missing },
  )
}

/** Maps of all rows in one pass, held against the lesions of images with cancer on the way. */
async function explainRows(
  rows: readonly ProcessedRow[],
  lesions: ReadonlyMap<string, readonly Lesion[]>,
  classifier: RunClassifier,
  config: Config,
  { progress, signal }: CommandContext,
): Promise<{ explanations: readonly Explanation[]; localized: readonly LocalizedImage[] }> {
  const { image } = classifier.config
  const pixels = image.height * image.width
  // Background is black: 0 before normalization.
  const black = (0 - image.mean) / image.std + 1e-6
  const loader = openRows(rows, { ...config, image, signal })
  const explanations: Explanation[] = []
  const localized: LocalizedImage[] = []
  progress.start(`explaining ${config.subset}`, rows.length, { unit: 'images' })
  try {
    for await (const { images, valid } of loader.epoch(0)) {
      signal?.throwIfAborted()
      for (const found of await classifier.explainBatch(images, valid, config)) {
        const slot = explanations.length % config.batchSize
        const row = rows[explanations.length]!
        explanations.push(found)
        const boxes = row.cancer === 1 ? malignantBoxes(row, lesions.get(row.imageId) ?? [], image) : []
        if (boxes.length === 0) continue
        const heat = mapInFrame(found.map, wholeImage(image), { height: image.height, width: image.width })
        const values = images.subarray(slot * pixels, (slot + 1) * pixels)
        const judged = localize(heat, (at) => values[at]! > black, boxes, image.width)
        if (judged) localized.push(judged)
      }
      progress.update(explanations.length)
    }
    return { explanations, localized }
  } finally {
    progress.stop()
    await loader.close()
  }
}

/** In the network's image; what a data set calls benign is not what a map of cancer has to find. */
function malignantBoxes(
  { placement }: ProcessedRow,
  lesions: readonly Lesion[],
  image: { readonly height: number; readonly width: number },
): PixelBox[] {
  return lesions
    .filter(({ label = '' }) => !label.toLowerCase().startsWith('benign'))
    .flatMap((lesion) => lesionInImage(lesion, placement, image) ?? [])
}

/** Of images spread evenly over the rows. */
async function checkSanity(
  rows: readonly ProcessedRow[],
  classifier: RunClassifier,
  config: Config,
  { progress }: CommandContext,
): Promise<ExplainResult['sanity']> {
  const { sanity, against, sanityImages, method, stage, engine, device, threads, batchSize, run } = config
  if (!sanity && against === undefined) return null
  const step = Math.max(1, rows.length / sanityImages)
  const some = Array.from({ length: Math.min(sanityImages, rows.length) }, (_, i) => rows[Math.floor(i * step)]!)
  const images: ClassifierImage[] = []
  for (const row of some) images.push(await decodeGrayPng(await readImageBytes(row)))
  const options = { method, stage }
  const inference = { engine, device, threads, batchSize }
  let steps: Cascade[] | null = null
  if (sanity) {
    const { weights } = await readEpochWeights(run, classifier.epoch)
    progress.start('randomizing weights from the last layer down', 2 + classifier.config.model.layers.length)
    const network = { config: classifier.config, weights, images, options, engine: inference }
    steps = await cascade(network, progress.update)
    progress.stop()
  }
  return {
    images: some.length,
    cascade: steps,
    against: against === undefined ? null : await compareRuns(classifier, against, { images, options, inference }),
  }
}

async function compareRuns(
  classifier: RunClassifier,
  against: string,
  { images, options, inference }: { images: ClassifierImage[]; options: object; inference: object },
) {
  const other = await openRunClassifier(against, inference)
  try {
    const [own, theirs] = [classifier.config, other.config]
    if (own.preprocessHash !== theirs.preprocessHash) {
      throw new EvaluatorError(
        'runs-differ',
        `Expected a run with the preprocessing ${own.preprocessHash} for --against but received ${against} with ${theirs.preprocessHash}. Train it on the same images.`,
        { against, expected: own.preprocessHash, received: theirs.preprocessHash },
      )
    }
    const similarity = similarityOf(await mapsOf(classifier, images, options), await mapsOf(other, images, options))
    return { run: runPaths(against).name, checkpointHash: other.checkpointHash, ...similarity }
  } finally {
    await other.dispose()
  }
}

/** Of the images that were asked for, else of those with the highest probabilities. */
async function writeOverlays(
  folder: string,
  rows: readonly ProcessedRow[],
  explanations: readonly Explanation[],
  { image, images, height }: Config,
  { progress, signal }: CommandContext,
): Promise<ExplainResult['overlays']> {
  const ranked = rows.map((row, i) => ({ row, ...explanations[i]! }))
  const shown = image === undefined ? ranked.sort((a, b) => b.probability - a.probability).slice(0, images) : ranked
  const overlays: ExplainResult['overlays'][number][] = []
  progress.start('drawing', shown.length, { unit: 'images' })
  for (const { row, map, probability } of shown) {
    signal?.throwIfAborted()
    overlays.push({ ...(await writeOverlay(folder, row, map, height)), probability })
    progress.update(overlays.length)
  }
  progress.stop()
  return overlays
}

function describe({ localization, sanity, overlays }: ExplainResult): string[] {
  const share = (value: number | null) => (value === null ? 'undefined' : value.toFixed(3))
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`
  const lines: string[] = []
  if (localization) {
    const { images, map, center, chance } = localization
    const { value, low, high } = map.hitRate
    lines.push(
      `Of ${images} images with a known lesion the map points into it in ${share(value)} (${share(low)} to ${share(high)}); the middle of the breast would in ${share(center.hitRate.value)}, chance in ${share(chance)}.`,
      `Until a lesion is met, ${percent(map.medianArea)} of the breast have to be looked at (median; mean ${percent(map.meanArea)}); from the middle outwards ${percent(center.medianArea)} (mean ${percent(center.meanArea)}).`,
    )
  }
  for (const { down, signed, absolute } of sanity?.cascade ?? []) {
    lines.push(
      `Random weights down to ${down}: rank correlation ${share(signed)}, of absolute values ${share(absolute)}.`,
    )
  }
  if (sanity?.against) {
    const { run, signed, absolute } = sanity.against
    lines.push(`Against ${run}: rank correlation ${share(signed)}, of absolute values ${share(absolute)}.`)
  }
  const moved = overlays.filter(({ geometry }) => geometry === 'processed').length
  if (moved > 0) lines.push(`${moved} pictures show the processed image: the file that it was made from is not there.`)
  return lines
}
