/** The network that the engine's benchmarks run: SE-ResNeXt50 32x4d on one-channel images, and random batches for it. */
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { createRandom } from '@mammokit/seeded-random'
import { createSeResNeXt, type SeResNeXt, type SeResNeXtOps } from '@mammokit/seresnext'
import { batchNormTraining, groupedConv2d } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs-core'

/** Batch, height and width. */
export type ImageShape = readonly [batch: number, height: number, width: number]

/** `ops` are beside those of the engine; `scope` is for a second network. */
export async function createNetwork(ops: Partial<SeResNeXtOps> = {}, scope = ''): Promise<SeResNeXt> {
  tf.enableProdMode()
  await tf.setBackend('cpu')
  return createSeResNeXt({}, { seed: 1, scope, ops: { groupedConv2d, batchNormTraining, maxPool: tf.maxPool, ...ops } })
}

/** Images [N, H, W, 1] in [-1, 1) and targets [N, 1]. */
export function randomBatch([batch, height, width]: ImageShape): { images: Float32Array; targets: Float32Array } {
  const random = createRandom(1, 'images')
  const images = Float32Array.from({ length: batch * height * width }, () => random.uniform(-1, 1))
  return { images, targets: Float32Array.from({ length: batch }, (_, i) => i % 2) }
}
