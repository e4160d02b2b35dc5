/** What to say, and to do, about an image that cannot be used. */
import { DatasetError } from '../dataset-error.ts'
import type { ImageResult } from './image-task.ts'

export function imageFault(
  result: Exclude<ImageResult, { status: 'ok' }>,
  { path, height, width }: { readonly path: string; readonly height: number; readonly width: number },
): DatasetError {
  switch (result.status) {
    case 'canceled':
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
    case 'altered':
      return new DatasetError(
        'image-altered',
        `Expected the image that extract-rois made at ${path}, SHA-256 ${result.expected}, but received ${result.received}. ` +
          'Run extract-rois again: it makes altered images anew.',
        { path, expected: result.expected, received: result.received },
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
  return new DatasetError('aborted', 'Batch loader closed; create a new one.')
}
