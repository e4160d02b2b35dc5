/** The weights of all networks of a folder, for one graph. */
import { assertSamePreprocessing, readEpochWeights, readPredictions, runPaths } from '@mammokit/training-run'
import { ClassifierError } from '../classifier-error.ts'
import type { ExportedNetwork } from '../export/export-onnx.ts'
import type { Network, RunNetworks } from './read-networks.ts'

type LoadableNetworks = Pick<RunNetworks, 'run' | 'combine' | 'augmentations' | 'networks'>

/**
 * Reads what `exportEnsemble` takes of a folder's networks after an epoch.
 *
 * @throws FileError, TrainingRunError as `readEpochWeights`, and as `readPredictions` of the validation set, which `quantiles` need;
 * {ClassifierError} `weights-changed` where these are of other weights
 */
export async function loadNetworks(networks: LoadableNetworks, epoch: number): Promise<ExportedNetwork[]> {
  const loaded: ExportedNetwork[] = []
  for (const network of await networks.networks(epoch)) {
    const { weights, preprocessHash: hash } = await readEpochWeights(network.run, network.epoch)
    const { model, image, preprocessHash } = network.config
    const path = runPaths(network.run).weights(network.epoch)
    assertSamePreprocessing(preprocessHash, "the run's config.json", hash, path)
    const needed = networks.combine === 'quantiles' && { validationLogits: await readLogits(network, networks) }
    loaded.push({ model, image, weights, ...needed })
  }
  return loaded
}

async function readLogits(
  { into, epoch, checkpointHash }: Network,
  { run, augmentations }: LoadableNetworks,
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
