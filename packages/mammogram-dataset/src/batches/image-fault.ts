/** What to say, and to do, about an image that cannot be used. */
import { DatasetError } from '../dataset-error.ts'
import type { ImageResult } from './image-task.ts'

export function imageFault(
  result: Exclude<ImageResult, { status: 'ok' }>,
  { path, height, width }: { readonly path: string; readonly height: number; readonly width: number },
): DatasetError {
  switch (result.status) {
    case 'cancelled':
      return aborted()
    case 'missing':
      return new DatasetError(
        'image-missing',
        `Expected a processed image at ${path} but received no file. Run extract-rois again: it makes the images that are missing.`,
        { path },
      )
    case 'unreadable':
      return new DatasetError(
        'image-unreadable',
        `Expected a 16-bit gray PNG at ${path} but received a file that cannot be read: ${result.reason}. Delete it and run extract-rois again.`,
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

export function aborted(): DatasetError {
  return new DatasetError('aborted', 'Expected to go on loading but the loader was closed or aborted. Make a new one.')
}
