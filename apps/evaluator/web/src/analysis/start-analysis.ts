/** The worker as the page sees it: started anew where it ends, as when memory runs out. */
import type { WorkerReport, WorkerRequest } from './messages.ts'

export interface Analysis {
  send(request: WorkerRequest): void
}

/** @param onCrash is called when the worker ended; the next request starts another, which has no model yet */
export function startAnalysis(onReport: (report: WorkerReport) => void, onCrash: (message: string) => void): Analysis {
  let worker: Worker | undefined

  function start(): Worker {
    const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    started.onmessage = ({ data }: MessageEvent<WorkerReport>) => onReport(data)
    started.onerror = (event) => {
      event.preventDefault()
      started.terminate()
      if (worker !== started) return
      worker = undefined
      onCrash(event.message || 'it could not be loaded')
    }
    return started
  }

  return {
    send(request) {
      worker ??= start()
      worker.postMessage(request)
    },
  }
}
