/** What the networks of an evaluated run say of a subset, and what they say together. */
import { combineLogits, sigmoid } from '@mammokit/mammogram-classifier/selection'
import type { Subset } from '@mammokit/screening-data'
import {
  type ExpectedPredictions,
  hashSources,
  type Prediction,
  type Predictions,
  readVerifiedPredictions,
  runPaths,
  writePredictions,
} from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'
import { packageVersion } from '../version.ts'
import type { EvaluatedRun, Network } from './network.ts'

/** What the predictions of one network have to be of; on val of folds its own part. */
export function expectedOf(network: Network, subset: Subset, { augmentations }: EvaluatedRun): ExpectedPredictions {
  const { into, config, epoch, checkpointHash, subsets } = network
  const { rows, splitsSha256 } = subsets.read({ subset })
  return { run: into, config, subset, rows, splitsSha256, epoch, checkpointHash, augmentations }
}

/** What the predictions of all networks together have to be of. */
export async function expectedTogether(
  evaluated: EvaluatedRun,
  subset: Subset,
  epoch: number,
): Promise<ExpectedPredictions> {
  const { run, config, subsets, augmentations } = evaluated
  const { rows, splitsSha256 } = subsets.read({ subset })
  const checkpointHash = await evaluated.checkpointHash(epoch)
  return { run, config, subset, rows, splitsSha256, epoch, checkpointHash, augmentations }
}

/** Reads what each network says; the predictions of the quantiles' reference are those of the validation set. */
async function combined(evaluated: EvaluatedRun, subset: Subset, epoch: number): Promise<Prediction[]> {
  const networks = await evaluated.networks(epoch)
  const parts = await readEach(networks, subset, evaluated)
  if (evaluated.isOutOfFold && subset !== 'test') return parts.flatMap(({ images }) => images)
  const combine = evaluated.combine ?? 'logits'
  const references = combine === 'quantiles' && subset !== 'val' ? await readEach(networks, 'val', evaluated) : parts
  const logitsOf = ({ images }: Predictions) => images.map(({ logit }) => logit)
  const logits = combineLogits(combine, parts.map(logitsOf), references.map(logitsOf))
  return parts[0]!.images.map((image, i) => ({ ...image, logit: logits[i]!, probability: sigmoid(logits[i]!) }))
}

async function readEach(networks: readonly Network[], subset: Subset, evaluated: EvaluatedRun): Promise<Predictions[]> {
  const parts: Predictions[] = []
  for (const network of networks) parts.push(await readVerifiedPredictions(expectedOf(network, subset, evaluated)))
  return parts
}

/** Writes what the networks of a run say together of a subset after an epoch; returns the path. */
export async function writeTogether(evaluated: EvaluatedRun, subset: Subset, epoch: number): Promise<string> {
  const { run, augmentations } = evaluated
  const { config, rows, splitsSha256, checkpointHash } = await expectedTogether(evaluated, subset, epoch)
  const parts = await readEach(await evaluated.networks(epoch), subset, evaluated)
  const precision = parts.map((part) => part.precision).find((known) => known !== undefined)
  const source = {
    subset,
    epoch,
    checkpointHash,
    preprocessHash: config.preprocessHash,
    splitsSha256,
    dataSha256: hashSources(rows),
    mammokit: packageVersion(),
    ...(augmentations.length > 0 && { augmentations }),
    ...(precision && { precision }),
  }
  return writePredictions(run, source, await combined(evaluated, subset, epoch))
}

/** @throws EvaluatorError `predictions-differ` where a file is not what its networks' predictions make together */
export async function assertTogether(evaluated: EvaluatedRun, predictions: Predictions, epoch: number): Promise<void> {
  if (evaluated.combine === null) return
  const { subset } = predictions
  const wanted = await combined(evaluated, subset, epoch)
  // Another machine's logarithm may differ in its last bits.
  const wrong = predictions.images.findIndex(
    ({ logit }, i) => !(Math.abs(logit - wanted[i]!.logit) <= 1e-9 * Math.max(1, Math.abs(logit))),
  )
  if (wrong < 0) return
  const path = runPaths(evaluated.run).predictions(subset, epoch)
  const [received, expected] = [predictions.images[wrong]!, wanted[wrong]!.logit]
  throw new EvaluatorError(
    'predictions-differ',
    `Expected logit ${expected}, which the networks of ${evaluated.run} make together, for image ${received.imageId} in ${path} but received ${received.logit}. Predict again: mammokit-evaluator predict --run ${evaluated.run} --subset ${subset}.`,
    { path, imageId: received.imageId, expected, received: received.logit },
  )
}
