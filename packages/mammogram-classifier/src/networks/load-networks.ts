/** The weights of all networks of a folder, for one graph. */
import { assertSamePreprocessing, readEpochWeights, readPredictions, runPaths } from '@mammokit/training-run'
import { ClassifierError } from '../classifier-error.ts'
import type { ExportedNetwork } from '../export/export-onnx.ts'
import type { Network, RunNetworks } from './read-networks.ts'

type Combined = Pick<RunNetworks, 'run' | 'combine' | 'augmentations'>

/**
 * Reads what `exportEnsemble` takes of networks that `readNetworks` found in a folder.
 *
 * @throws FileError, TrainingRunError as `readEpochWeights`, and as `readPredictions` of the validation set, which `quantiles` need;
 * {ClassifierError} `weights-changed` where the weights were written anew since they were found, or these predictions are of others
 */
export async function loadNetworks(folder: Combined, networks: readonly Network[]): Promise<ExportedNetwork[]> {
  const loaded: ExportedNetwork[] = []
  for (const network of networks) {
    const { weights, preprocessHash: hash, checkpointHash } = await readEpochWeights(network.run, network.epoch)
    const { model, image, preprocessHash } = network.config
    const path = runPaths(network.run).weights(network.epoch)
    assertSamePreprocessing(preprocessHash, "the run's config.json", hash, path)
    if (checkpointHash !== network.checkpointHash) {
      const { checkpointHash: expected } = network
      const message = `Expected the weights ${expected} in ${path} but received ${checkpointHash}. The run is being trained: try again when it has ended.`
      throw new ClassifierError('weights-changed', message, { path, expected, received: checkpointHash })
    }
    const needed = folder.combine === 'quantiles' && { validationLogits: await readLogits(network, folder) }
    loaded.push({ model, image, weights, ...needed })
  }
  return loaded
}

async function readLogits(
  { into, epoch, checkpointHash }: Network,
  { run, augmentations }: Combined,
): Promise<number[]> {
  const predictions = await readPredictions(into, 'val', epoch)
  const [expected, received] = [
    [checkpointHash, ...augmentations].join(' '),
    [predictions.checkpointHash, ...(predictions.augmentations ?? [])].join(' '),
  ]
  if (expected === received) return predictions.images.map(({ logit }) => logit)
  const path = runPaths(into).predictions('val', epoch)
  throw new ClassifierError(
    'weights-changed',
    `Expected predictions by ${expected} in ${path} but received those by ${received}. Predict again: mammokit-evaluator predict --run ${run}.`,
    { path, expected, received },
  )
}
