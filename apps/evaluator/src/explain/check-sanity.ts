/** Whether the maps are of this network: of one with random weights, or of another run, they have to be others. */
import type { CommandContext } from '@mammokit/command-line'
import { type ClassifierImage, openRunClassifier, type RunClassifier } from '@mammokit/mammogram-classifier'
import { readNetworks } from '@mammokit/mammogram-classifier/selection'
import { readImageBytes } from '@mammokit/mammogram-dataset'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess'
import type { ProcessedRow } from '@mammokit/screening-data'
import { readEpochWeights, runPaths } from '@mammokit/training-run'
import type { z } from 'zod'
import type { explainSchema } from '../config.ts'
import { EvaluatorError } from '../evaluator-error.ts'
import { hasShuffledLabels } from '../shuffled-labels.ts'
import type { ExplainResult } from './explain-result.ts'
import { type Cascade, cascade, mapsOf, similarityOf } from './sanity-checks.ts'

/** Of images spread evenly over the rows. */
export async function checkSanity(
  rows: readonly ProcessedRow[],
  classifier: RunClassifier,
  config: z.output<typeof explainSchema>,
  { progress }: CommandContext,
): Promise<ExplainResult['sanity']> {
  const { sanity, against, sanityImages, method, stage, engine, device, precision, threads, batchSize, run } = config
  if (!sanity && against === undefined) return null
  const step = Math.max(1, rows.length / sanityImages)
  const some = Array.from({ length: Math.min(sanityImages, rows.length) }, (_, i) => rows[Math.floor(i * step)]!)
  const images: ClassifierImage[] = []
  for (const row of some) images.push(await decodeGrayPng(await readImageBytes(row)))
  const options = { method, stage }
  const inference = { engine, device, precision, threads, batchSize }
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

/** The last epoch of a run of shuffled labels, which fits them best and from which nothing is selected; undefined for the selected one. */
async function lastIfShuffled(run: string): Promise<number | undefined> {
  const { config, epochs } = await readNetworks(run)
  return hasShuffledLabels(config) ? (await epochs()).at(-1) : undefined
}

async function compareRuns(
  classifier: RunClassifier,
  against: string,
  { images, options, inference }: { images: ClassifierImage[]; options: object; inference: object },
) {
  const other = await openRunClassifier(against, { epoch: await lastIfShuffled(against), ...inference })
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
