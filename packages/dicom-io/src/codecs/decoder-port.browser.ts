/** A web worker that decodes frames. */
import type { DecoderListener, DecoderPort } from './decoder-port.ts'

export function startDecoder({ onAnswer, onEnd }: DecoderListener): DecoderPort {
  // Bundlers look for just this.
  const worker = new Worker(new URL('./decoder-worker.browser.js', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }) => onAnswer(data)
  worker.onerror = ({ message }) => onEnd(new Error(message ?? 'the web worker could not be loaded'))
  return {
    post: (task, transfer) => worker.postMessage(task, transfer),
    rest() {},
    terminate: async () => worker.terminate(),
  }
}
