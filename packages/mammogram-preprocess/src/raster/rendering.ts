/** Pictures that were rendered from mammograms by someone else: what is known of them beside their files, and their shape again. */
import { type GrayImage, type Kernel, resample } from '@mammokit/roi-detector'
import { PreprocessError } from '../preprocess-error.ts'
import { maxSamples } from './samples.ts'

/** What is known of one picture, such as from a table; a fact of the file as a DICOM header is, and no part of the hash. */
export interface Rendering {
  /** MONOCHROME1: the picture is a negative. Overrides `raster.polarity`. */
  readonly polarity?: 'MONOCHROME1' | 'MONOCHROME2'
  /** The frame that the picture was scaled from, pixels; a picture of another shape was squashed, and is stretched back. */
  readonly frame?: { readonly height: number; readonly width: number }
}

/** Pixels of the restored picture per pixel of the one in the file. */
export interface Stretch {
  readonly x: number
  readonly y: number
}

/**
 * What the manifest says of a picture that is made by such facts: `rendering:monochrome1`, `rendering:frame-5355x4915` (height, width).
 *
 * @example
 * renderingWarnings({ frame: { height: 5355, width: 4915 } }) // ['rendering:frame-5355x4915']
 */
export function renderingWarnings({ polarity, frame }: Rendering = {}): string[] {
  return [
    ...(polarity ? [`rendering:${polarity.toLowerCase()}`] : []),
    ...(frame ? [`rendering:frame-${frame.height}x${frame.width}`] : []),
  ]
}

/**
 * The picture in the shape of the frame: its squashed side is stretched, so that no pixel is lost.
 *
 * @throws PreprocessError `image-unreadable` where it would have more pixels than the cap, as with a frame of a wrong digit
 */
export function restoreShape(
  image: GrayImage,
  rendering: Rendering,
  kernel: Kernel,
): { readonly image: GrayImage; readonly stretch?: Stretch; readonly warnings: readonly string[] } {
  const warnings = renderingWarnings(rendering)
  if (!rendering.frame) return { image, warnings }
  const { width, height } = image
  const shape = rendering.frame.height / rendering.frame.width
  const restored = {
    width: Math.max(width, Math.round(height / shape)),
    height: Math.max(height, Math.round(width * shape)),
  }
  const stretch = { x: restored.width / width, y: restored.height / height }
  if (stretch.x === 1 && stretch.y === 1) return { image, warnings }
  if (restored.width * restored.height > maxSamples) {
    throw new PreprocessError(
      'image-unreadable',
      `Expected at most ${maxSamples} pixels for a picture in the shape of its frame but received ${restored.width} x ${restored.height}. Correct frame_height and frame_width.`,
      { picture: { height, width }, frame: rendering.frame },
    )
  }
  return { image: { data: resample(image, restored.width, restored.height, kernel), ...restored }, stretch, warnings }
}
