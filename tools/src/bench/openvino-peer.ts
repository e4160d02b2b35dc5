import { OpenVinoError } from '@mammokit/openvino-runtime'
import { EngineError } from '@mammokit/tfjs-onnxruntime'
import type { Contender, MissingPeer } from './benchmark.ts'

/** OpenVINO in this process as a peer; where it is not installed, or the processor lacks what is asked for, the reason. */
export async function startOpenVino(name: string, start: () => Promise<Contender>): Promise<Contender | MissingPeer> {
  try {
    return { ...(await start()), name }
  } catch (error) {
    const isMissing = error instanceof OpenVinoError || (error instanceof EngineError && error.code === 'provider')
    if (isMissing) return { name, reason: error.message }
    throw error
  }
}
