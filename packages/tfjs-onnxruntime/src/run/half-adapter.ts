/** Whether a provider's adapter computes half precision: ONNX Runtime says so only when a graph runs. */
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../onnx/encode-model.ts'
import { toHalfPrecision } from '../onnx/half-precision.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** What an error says, without the period at its end. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replace(/\.+$/, '')
}

/** Why a provider cannot multiply two numbers in half precision; undefined where it can. @throws where it has no sessions at all */
export async function obstacleToHalf(runtime: Runtime, executionProvider: string): Promise<string | undefined> {
  const b = new GraphBuilder()
  const x = b.input([1, 1], 'float32')
  const { graph, types } = toHalfPrecision(b.finish([b.add('MatMul', [x, x])]))
  const model = encodeModel(graph, { inputNames: ['x'], outputNames: ['y'], types })
  const options = { executionProviders: [executionProvider], logSeverityLevel: 4 } as const
  const session = await runtime.InferenceSession.create(model, options)
  try {
    await session.run({ x: new runtime.Tensor('float32', Float32Array.of(2), [1, 1]) })
    return undefined
  } catch (error) {
    return `${reasonOf(error)}. Half precision needs an adapter with the feature shader-f16 of WebGPU; use precision 'float32'`
  } finally {
    await session.release()
  }
}
