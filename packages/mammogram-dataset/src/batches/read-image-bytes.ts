import { imageFault } from './image-fault.ts'
import { readBytes } from './read-bytes.ts'

/**
 * Reads the PNG file of a processed image, which must be the one that extract-rois wrote: for showing it as it is.
 *
 * @throws DatasetError `image-missing`, `image-unreadable`, `image-altered`
 * @example
 * const png = await readImageBytes({ file: 'data/processed/images/1/2.png', sha256: row.imageSha256 })
 */
export async function readImageBytes({
  file,
  sha256,
}: {
  readonly file: string
  readonly sha256: string
}): Promise<Uint8Array> {
  const bytes = await readBytes(file, sha256)
  if ('status' in bytes) throw imageFault(bytes, { path: file, height: 0, width: 0 })
  return bytes
}
