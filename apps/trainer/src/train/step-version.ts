/** The version of a part of the code that changes the weights of some runs: the others go on as they are. */
import type { Config } from '../config/config.ts'

/** Raise it as `trainingVersion`. 2: mixup over the whole batch, in parts too, and a layerDecay that counts the stages that there are. */
const stepVersion = 2

/** The version that config.json of a run names; undefined where no step of it has changed. `processes` is how many train it together. */
export function stepVersionOf(
  { model, training }: Pick<Config, 'model' | 'training'>,
  processes: number,
): number | undefined {
  const { adam, mixup, batchSize, microBatchSize } = training
  const isInParts = processes > 1 || (microBatchSize !== null && microBatchSize < batchSize)
  const hasChanged = (adam.layerDecay < 1 && model.layers.length < 4) || (mixup > 0 && isInParts)
  return hasChanged ? stepVersion : undefined
}
