/** ONNX Runtime's tensors around arrays, one for each array. */
import type * as ort from 'onnxruntime-common'
import { sameShape } from '../graph/graph.ts'
import type { Storage } from '../memory/storage.ts'
import type { Runtime } from '../runtime/runtime.ts'

export class TensorWrapper {
  private readonly tensors = new WeakMap<Storage, ort.Tensor>()
  private readonly runtime: Runtime

  constructor(runtime: Runtime) {
    this.runtime = runtime
  }

  wrap(data: Storage, dtype: string, shape: readonly number[]): ort.Tensor {
    const known = this.tensors.get(data)
    if (known !== undefined && known.type === dtype && sameShape(known.dims, shape)) return known
    const tensor = new this.runtime.Tensor(dtype as 'float32', data as Float32Array, shape)
    this.tensors.set(data, tensor)
    return tensor
  }
}
