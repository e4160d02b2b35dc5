/** What config.json of a run says: the resolved configuration, and the versions and hashes it runs with. */
import { createHash } from 'node:crypto'
import { resolvePreprocessOptions } from '@mammokit/mammogram-preprocess'
import { dataPaths } from '@mammokit/screening-data'
import type { RunConfig } from '@mammokit/training-run/schema'
import type { Config } from '../config/config.ts'
import { packageVersion } from '../package-version.ts'
import { preprocessOptions } from '../preprocess-options.ts'
import { dependencyVersions } from '../versions.ts'
import { stepVersionOf } from './step-version.ts'
import type { TrainingData, TrainingRow } from './training-data.ts'

/** Raise it with every change of the code that changes a weight: a run is not continued across one. 2: one random generator; 3: the reference's augmentation. */
const trainingVersion = 3

/** The content of a run's config.json; `weights` are those that it starts from, `processes` how many train it together. */
export function makeRunConfig(
  config: Config,
  data: TrainingData,
  weights: RunConfig['weights'] = null,
  processes = 1,
): RunConfig {
  return {
    mammokit: packageVersion(),
    trainingVersion,
    stepVersion: stepVersionOf(config, processes),
    description: config.description,
    model: { ...config.model, inChannels: 1, numClasses: 1 },
    image: config.image,
    preprocess: resolvePreprocessOptions(preprocessOptions(config)),
    preprocessHash: data.preprocessHash,
    data: {
      dir: config.data,
      splits:
        typeof config.data === 'string'
          ? dataPaths(config.data).splits
          : config.data.map((dir) => dataPaths(dir).splits),
      splitsSha256: data.splitsSha256,
      imagesSha256: hashImages([...data.train, ...data.val]),
      fold: config.fold,
      trainImages: data.train.length,
      valImages: data.val.length,
      leftOut: data.leftOut,
    },
    training: config.training,
    weights,
    engine: config.engine,
    device: config.device,
    ...(processes > 1 && { processes }),
    versions: dependencyVersions(),
  }
}

/** SHA-256 over the ids of the processed images and the hashes of their files, whatever the order. */
function hashImages(rows: readonly Pick<TrainingRow, 'imageId' | 'sha256'>[]): string {
  const lines = rows.map(({ imageId, sha256 }) => `${sha256}  ${imageId}\n`)
  return createHash('sha256').update(lines.sort().join('')).digest('hex')
}
