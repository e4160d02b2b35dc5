import { type GrayImage, shrink } from '@mammokit/roi-detector'
import { admitsAnything } from './admits-anything.ts'
import type { ImageFile } from './image-file.ts'
import { levelForFit, type Size } from './resolution-level.ts'
import { openImage } from './sources/open-image.ts'

/** A smaller version of an image, for showing it. */
export interface ImagePreview {
  /** uint16 [height * width], 0 = black; at least `height` pixels high where the frame is. */
  readonly image: GrayImage
  /** Size of the whole frame, pixels. */
  readonly frame: Size
}

/**
 * Reads an image small, the middle one of several frames, for a page or a contact sheet: not what a network sees, and nothing is refused.
 *
 * @throws DicomError, PreprocessError `image-unreadable` where the file cannot be read or decoded
 * @example
 * const { image, frame } = await previewImage('1459541791.dcm', { height: 320 })
 */
export async function previewImage(file: ImageFile, { height }: { readonly height: number }): Promise<ImagePreview> {
  const { frame, levels, decode } = await openImage(file, admitsAnything)
  const gray = await decode(levelForFit(frame, { height, width: frame.width }, levels))
  return { image: shrink(gray, Math.max(1, Math.floor(gray.height / height))), frame }
}
