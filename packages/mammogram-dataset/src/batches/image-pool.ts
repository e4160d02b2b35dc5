import { Piscina } from 'piscina'
import { DatasetError } from '../dataset-error.ts'
import type { ImageResult, ImageTask } from './image-task.ts'

// The built file also when this one runs from its source: worker threads of Node 20 do not load TypeScript.
const workerFile = new URL('./image-worker.js', import.meta.url.replace(/\/src\/batches\/[^/]*$/, '/dist/batches/')).href

/** Worker threads that turn files into network input. */
export interface ImagePool {
  /** @throws DatasetError `image-missing`, `image-unreadable`, `image-size`, or `aborted` for a cancelled task */
  load(task: ImageTask): Promise<Extract<ImageResult, { status: 'ok' }>>
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
  return {
    load: async (task) => {
      const result = await pool.run(task)
      if (result.status === 'ok') return result
      throw errorOf(result, task)
    },
    close: () => pool.destroy(),
  }
}

function errorOf(result: Exclude<ImageResult, { status: 'ok' }>, { path, height, width }: ImageTask): DatasetError {
  switch (result.status) {
    case 'cancelled':
      return new DatasetError('aborted', 'Expected to go on loading but the epoch was ended.')
    case 'missing':
      return new DatasetError(
        'image-missing',
        `Expected a processed image at ${path} but received no file. Run extract-rois again: it makes the images that are missing.`,
        { path },
      )
    case 'unreadable':
      return new DatasetError(
        'image-unreadable',
        `Expected a 16-bit grey PNG at ${path} but received a file that cannot be read: ${result.reason}. Delete it and run extract-rois again.`,
        { path, reason: result.reason },
      )
    case 'wrong-size':
      return new DatasetError(
        'image-size',
        `Expected ${height} x ${width} pixels (height x width) for ${path} but received ${result.height} x ${result.width}. ` +
          'Set the image size to what extract-rois was given, or run it again with this size.',
        { path, expected: { height, width }, received: { height: result.height, width: result.width } },
      )
  }
}
