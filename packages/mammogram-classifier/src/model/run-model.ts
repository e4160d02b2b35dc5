/** The model of a run folder. */
import { epochName } from '@mammokit/training-run'
import type { ClassifierOptions } from '../classifier.ts'
import { ClassifierError } from '../classifier-error.ts'
import { openRunClassifier } from '../open-run.ts'
import type { Model } from './model.ts'

/** @throws as `openModel` does for a run folder */
export async function openRunModel(
  run: string,
  chosen: number | undefined,
  options: Omit<ClassifierOptions, 'batchSize'>,
): Promise<Model> {
  const classifier = await openRunClassifier(run, { ...options, epoch: chosen })
  const { config, epoch, checkpointHash, selection, fusion, classify, explain, dispose } = classifier
  if (fusion !== null) {
    await dispose()
    throw new ClassifierError(
      'breast-network',
      `Expected a network of single images in ${run} but received one that fuses the images of a breast (${fusion}). Use predict without --study, select and test.`,
      { run, fusion },
    )
  }
  const { height, width } = config.image
  const { preprocess, preprocessHash } = config
  const checkpoint = epochName(epoch)
  const decision = selection && {
    checkpoint,
    subset: selection.subset,
    aggregation: selection.aggregation,
    threshold: selection.threshold,
    calibration: selection.calibration,
    site: null,
  }
  return {
    description: {
      source: 'run',
      name: run,
      checkpoint,
      checkpointHash,
      fileSha256: null,
      image: { height, width },
      preprocess: { ...preprocess, height, width },
      preprocessHash,
      decision,
    },
    classify: async (image) => (await classify([image]))[0]!,
    explain: async (image) => (await explain([image]))[0]!,
    dispose,
  }
}
