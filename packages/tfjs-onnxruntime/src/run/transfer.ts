/**
 * Copies tensors to and from a device with identity graphs: onnxruntime-node 1.30 supports device tensors, but has no way to write or read them.
 */
import type * as tf from '@tensorflow/tfjs-core'
import type * as ort from 'onnxruntime-common'
import { GraphBuilder } from '../graph/builder.ts'
import type { ElementType } from '../graph/graph.ts'
import { readStorage, type Storage } from '../memory/storage.ts'
import { encodeModel } from '../onnx/encode-model.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { openSession } from './session.ts'

/** Where tensors can stay between runs. */
export interface Device {
  readonly runtime: Runtime
  readonly executionProvider: string
}

/** A tensor on a device. */
export interface DeviceTensor {
  readonly tensor: ort.Tensor
  /** Frees its memory. A session's tensors must be freed before the session, whose allocator owns their memory. */
  free(): void
}

/** Copies tfjs's values of variables to the device, in order. */
export async function uploadVariables(device: Device, variables: readonly tf.Variable[]): Promise<DeviceTensor[]> {
  if (variables.length === 0) return []
  const { Tensor } = device.runtime
  const { session, tensors } = await transfer(
    device,
    variables.map(
      (variable) => new Tensor(variable.dtype as 'float32', readStorage(variable) as Float32Array, variable.shape),
    ),
    true,
  )
  let left = tensors.length
  const free = (tensor: ort.Tensor): void => {
    tensor.dispose()
    left--
    if (left === 0) void session.release()
  }
  return tensors.map((tensor) => ({ tensor, free: () => free(tensor) }))
}

/** The values of device tensors, in order. */
export async function downloadTensors(device: Device, tensors: readonly ort.Tensor[]): Promise<Storage[]> {
  const { session, tensors: copies } = await transfer(device, tensors, false)
  const numbers = copies.map(({ data }) => (data as Storage).slice())
  await session.release()
  return numbers
}

async function transfer(
  { runtime, executionProvider }: Device,
  tensors: readonly ort.Tensor[],
  toDevice: boolean,
): Promise<{ readonly session: ort.InferenceSession; readonly tensors: ort.Tensor[] }> {
  const b = new GraphBuilder()
  const outputs = tensors.map(({ dims, type }) => b.add('Identity', [b.input(dims, type as ElementType)]))
  const inputNames = tensors.map((_, i) => `input${i}`)
  const outputNames = tensors.map((_, i) => `output${i}`)
  const model = encodeModel(b.finish(outputs), { inputNames, outputNames })
  const options = { runtime, executionProviders: [executionProvider] }
  const { session } = await openSession(model, options, toDevice ? outputNames : [])
  const fetched = await session.run(Object.fromEntries(tensors.map((tensor, i) => [inputNames[i], tensor])))
  return { session, tensors: outputNames.map((name) => fetched[name]) }
}
