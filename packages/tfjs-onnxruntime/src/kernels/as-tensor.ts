/** Presents a value to tfjs's shape functions, which read only rank, shape, size and type. */
import type { Tensor } from '@tensorflow/tfjs-core'
import { sizeOf, type Value } from '../graph/graph.ts'

export function asTensor(x: Value): Tensor {
  return { shape: x.shape, rank: x.shape.length, size: sizeOf(x.shape), dtype: x.dtype } as unknown as Tensor
}
