import { Piscina } from 'piscina'
import { prepareEnd } from '../end-pool.ts'
import { imageFault } from './image-fault.ts'
import type { ImageResult, ImageTask } from './image-task.ts'

// The built file also when this one runs from its source: worker threads of Node 20 do not load TypeScript.
const workerFile = new URL('./image-worker.js', import.meta.url.replace(/\/src\/batches\/[^/]*$/, '/dist/batches/'))
  .href

/** Worker threads that turn files into network input. */
export interface ImagePool {
  /** @throws DatasetError `image-missing`, `image-unreadable`, `image-altered`, `image-size`, or `aborted` for a canceled task */
  load(task: ImageTask): Promise<Extract<ImageResult, { status: 'ok' }>>
  /** Waits for the images that are being made. */
  close(): Promise<void>
}

export function createImagePool(workers: number): ImagePool {
  const pool = new Piscina<ImageTask, ImageResult>({
    filename: workerFile,
    name: 'run',
    minThreads: workers,
    maxThreads: workers,
    execArgv: [],
  })
  const end = prepareEnd(pool)
  const running = new Set<Promise<ImageResult>>()
  return {
    load: async (task) => {
      const making = pool.run(task)
      running.add(making)
      const result = await making.finally(() => running.delete(making))
      if (result.status === 'ok') return result
      throw imageFault(result, task)
    },
    close: async () => {
      await Promise.allSettled(running)
      await end()
    },
  }
}
