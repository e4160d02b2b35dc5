import type { GrayImage } from '@mammokit/mammogram-preprocess/png'
import { imageFault } from './image-fault.ts'
import { decode } from './image-task.ts'

/**
 * Reads one processed image, which must have the size and, where it is given, the SHA-256.
 *
 * @throws DatasetError `image-missing`, `image-unreadable`, `image-altered`, `image-size` (it names both sizes)
 * @example
 * (await readProcessedImage('data/processed/images/1/2.png', { height: 1024, width: 512 })).data.length // 524288
 */
export async function readProcessedImage(
  path: string,
  { height, width, sha256 }: { readonly height: number; readonly width: number; readonly sha256?: string },
): Promise<GrayImage> {
  const image = await decode(path, sha256)
  if ('status' in image) throw imageFault(image, { path, height, width })
  if (image.height === height && image.width === width) return image
  throw imageFault({ status: 'wrong-size', height: image.height, width: image.width }, { path, height, width })
}
