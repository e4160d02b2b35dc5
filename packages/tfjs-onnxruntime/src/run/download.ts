/**
 * Copies tensors from a device by a graph that does nothing: onnxruntime-node 1.30 has outputs on the device, but no way to read them.
 */
import type * as tf from '@tensorflow/tfjs-core'
import type * as ort from 'onnxruntime-common'
import { GraphBuilder } from '../graph/builder.ts'
import type { ElementType } from '../graph/graph.ts'
import { encodeModel } from './encode.ts'
import { type OpenedSession, openSession } from './session.ts'
import type { Storage } from './storage.ts'

/** The numbers of tensors on the device, in order. */
export async function downloadTensors(
  { runtime, executionProvider }: OpenedSession,
  tensors: readonly { readonly variable: tf.Variable; readonly tensor: ort.Tensor }[],
): Promise<Storage[]> {
  const b = new GraphBuilder()
  const outputs = tensors.map(({ variable }) =>
    b.add('Identity', [b.input(variable.shape, variable.dtype as ElementType)]),
  )
  const inputNames = tensors.map((_, i) => `input${i}`)
  const outputNames = tensors.map((_, i) => `output${i}`)
  const model = encodeModel(b.finish(outputs), { inputNames, outputNames })
  const { session } = await openSession(model, { runtime, executionProviders: [executionProvider] })
  try {
    const feeds = Object.fromEntries(tensors.map(({ tensor }, i) => [inputNames[i], tensor]))
    const fetched = await session.run(feeds)
    return outputNames.map((name) => (fetched[name].data as Storage).slice())
  } finally {
    await session.release()
  }
}
