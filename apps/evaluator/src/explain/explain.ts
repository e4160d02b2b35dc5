/** `explain`: where in its images a run sees evidence for cancer, and whether that is where the lesions are. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeJsonAtomic } from '@mammokit/atomic-files'
import { type CommandContext, CommandLineError, parseConfig, plural, silentContext } from '@mammokit/command-line'
import {
  type Explanation,
  openRunClassifier,
  readNetworkConfig,
  resolveMapOptions,
} from '@mammokit/mammogram-classifier'
import { type ProcessedRow, readLesions } from '@mammokit/screening-data'
import { defaultConfig } from '@mammokit/seresnext'
import { epochName, runPaths, writeMaps } from '@mammokit/training-run'
import type { z } from 'zod'
import { type ExplainConfig, explainSchema } from '../config.ts'
import { EvaluatorError } from '../evaluator-error.ts'
import { openEvaluated } from '../predict/evaluated-run.ts'
import { checkSanity } from './check-sanity.ts'
import { describeResult, type ExplainResult } from './explain-result.ts'
import { explainRows } from './explain-rows.ts'
import { summarizeLocalization } from './summarize-localization.ts'
import { writeOverlay } from './write-overlay.ts'

type Config = z.output<typeof explainSchema>

/** Writes runs/<run>/explain/<subset>/: two pictures of each image that is asked for, and of a whole subset maps.safetensors and explain.json. */
export async function explain(input: ExplainConfig, context: CommandContext = silentContext): Promise<ExplainResult> {
  const { progress } = context
  const config = parseConfig(explainSchema, input)
  const { run, data, subset, method, stage, engine, device, precision, threads, batchSize } = config
  if (config.sanity) await readNetworkConfig(run, '--sanity')
  const { config: runConfig, subsets, isOutOfFold } = await openEvaluated(run, data)
  if (isOutOfFold && subset !== 'test') {
    throw new CommandLineError(
      'invalid-value',
      `Expected --subset test for folds but received ${subset}, whose images most of them were trained on. Explain a fold: --run ${run}/fold-0.`,
      { run, subset },
    )
  }
  const { rows: all, notes } = subsets.read({ subset })
  for (const note of notes) progress.line(note)
  const rows = chosenRows(all, config)
  const options = resolveMapOptions({ ...defaultConfig, ...runConfig.model }, { method, stage })
  const classifier = await openRunClassifier(run, {
    epoch: config.epoch,
    engine,
    device,
    precision,
    threads,
    batchSize,
  })
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
          checkpointHash,
          preprocessHash: runConfig.preprocessHash,
          ...options,
          offset: grid.offset,
          stride: grid.stride,
        },
        maps: new Map(rows.map(({ imageId }, i) => [imageId, explanations[i]!.map])),
      })
      progress.line(`Wrote ${plural(rows.length, 'map')} by ${options.method} of stage ${options.stage} to ${path}.`)
    }
    const result: ExplainResult = {
      subset,
      checkpoint: epochName(epoch),
      checkpointHash,
      preprocessHash: runConfig.preprocessHash,
      ...options,
      images: rows.length,
      localization: summarizeLocalization(localized),
      sanity: await checkSanity(rows, classifier, { ...config, ...options }, context),
      overlays: await writeOverlays(folder, rows, explanations, config, context),
    }
    if (isWhole) await writeJsonAtomic(join(folder, 'explain.json'), result)
    for (const line of describeResult(result)) progress.line(line)
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
