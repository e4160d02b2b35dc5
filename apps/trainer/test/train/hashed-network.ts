import { createSeResNeXt, type SeResNeXt } from '@mammokit/seresnext'
import { batchNormTraining, groupedConv2d } from '@mammokit/tfjs-onnxruntime'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { hashedState } from '../../../../packages/seresnext/test/hashed-weights.ts'

/** SE-ResNeXt50 32x4d with the weights that the fixtures were recorded with, on the engine's operators. */
export async function createHashedNetwork(): Promise<SeResNeXt> {
  tf.enableProdMode()
  await tf.setBackend('cpu')
  const model = createSeResNeXt({}, { ops: { groupedConv2d, batchNormTraining, maxPool: tf.maxPool } })
  model.loadStateDict(hashedState(model.stateDict()))
  return model
}
