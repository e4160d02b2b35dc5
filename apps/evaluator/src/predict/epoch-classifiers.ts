import {
  type Classifier,
  type ClassifierOptions,
  openClassifier,
  openRunClassifier,
} from '@mammokit/mammogram-classifier'
import type { RunNetworks } from '@mammokit/mammogram-classifier/selection'
import { assertSamePreprocessing, readEpochWeights, runPaths } from '@mammokit/training-run'

interface EpochClassifier extends Pick<Classifier, 'views' | 'fusion'> {
  /** Of the weights that it runs with. */
  readonly checkpointHash: string
}

/** The classifiers of a run, one after another. */
export interface EpochClassifiers {
  /** That of an epoch; the one before is not to be used any more. */
  at(epoch: number): Promise<EpochClassifier>
  dispose(): Promise<void>
}

/** One network takes the weights of each epoch in turn; of several each epoch is a graph of its own, augmentation included. */
export async function openEpochs(
  { run, config, combine }: Pick<RunNetworks, 'run' | 'config' | 'combine'>,
  options: ClassifierOptions,
): Promise<EpochClassifiers> {
  if (combine === null) {
    const classifier = await openClassifier(config, options)
    return {
      async at(epoch) {
        const { weights, preprocessHash, checkpointHash } = await readEpochWeights(run, epoch)
        const path = runPaths(run).weights(epoch)
        assertSamePreprocessing(config.preprocessHash, "the run's config.json", preprocessHash, path)
        await classifier.load(weights)
        return { ...classifier, checkpointHash }
      },
      dispose: () => classifier.dispose(),
    }
  }
  let opened: Awaited<ReturnType<typeof openRunClassifier>> | undefined
  return {
    async at(epoch) {
      await opened?.dispose()
      opened = undefined // a session that is released twice throws
      opened = await openRunClassifier(run, { ...options, epoch })
      return opened
    },
    dispose: async () => opened?.dispose(),
  }
}
