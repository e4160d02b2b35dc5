/** OpenVINO with ONNX Runtime's interface, as far as this package uses it. */
import { loadOpenVino, OpenVinoError, type OpenVinoSession, type Precision } from '@mammokit/openvino-runtime'
import type * as ort from 'onnxruntime-common'
import { Tensor } from 'onnxruntime-common'
import { EngineError } from '../errors.ts'
import type { Runtime } from './runtime.ts'

type SessionOptions = ort.InferenceSession.SessionOptions

/** Options of ONNX Runtime that OpenVINO has nothing for, by the names that `compile` gives them. */
const foreign = {
  enableProfiling: 'profileFilePrefix',
  optimizedModelFilePath: 'optimizedModelFilePath',
} as const satisfies Partial<Record<keyof SessionOptions, string>>

/** What OpenVINO is known to lack, before it is tried. */
export function obstacleOfOpenVino(): string | undefined {
  try {
    loadOpenVino()
    return undefined
  } catch (error) {
    if (!(error instanceof OpenVinoError)) throw error
    return error.message.replace(/\.$/, '')
  }
}

export const openVinoRuntime: Runtime = {
  Tensor,
  InferenceSession: { create: createSession as ort.InferenceSessionFactory['create'] },
}

async function createSession(model: Uint8Array, options: SessionOptions): Promise<ort.InferenceSession> {
  const [option] = Object.entries(foreign).filter(([name]) => options[name as keyof typeof foreign] !== undefined)
  if (option !== undefined)
    throw new EngineError(
      'bad-input',
      `Expected options that OpenVINO has but received ${option[1]}, which is ONNX Runtime's. Leave it out.`,
      { option: option[1] },
    )
  const { intraOpNumThreads: threads, extra } = options
  const { precision } = extra!.openvino as { readonly precision: Precision }
  const session = await loadOpenVino().createSession(model, { precision, ...(threads !== undefined && { threads }) })
  return asInferenceSession(session)
}

function asInferenceSession(session: OpenVinoSession): ort.InferenceSession {
  const metadataOf = (ports: OpenVinoSession['inputs']): ort.InferenceSession.ValueMetadata[] =>
    ports.map(({ name, type, shape }) => ({
      isTensor: true,
      name,
      type,
      shape: (shape ?? []).map((length) => length ?? '?'),
    }))
  return {
    async run(feeds: ort.InferenceSession.FeedsType, fetches: Readonly<Record<string, ort.Tensor | null>>) {
      // OpenVINO has no inputs that the graph does not use.
      const used = Object.fromEntries(session.inputs.map(({ name }) => [name, feeds[name] as ort.Tensor]))
      const fetched = await session.run(used, fetches)
      return Object.fromEntries(
        Object.entries(fetched).map(([name, { type, data, dims }]) => [
          name,
          fetches[name] ?? new Tensor(type as 'float32', data as Float32Array, dims),
        ]),
      )
    },
    release: () => session.release(),
    startProfiling() {},
    endProfiling() {},
    inputNames: session.inputs.map(({ name }) => name),
    outputNames: session.outputs.map(({ name }) => name),
    inputMetadata: metadataOf(session.inputs),
    outputMetadata: metadataOf(session.outputs),
  } as unknown as ort.InferenceSession
}
