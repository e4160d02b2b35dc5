/**
 * An image as YOLOv5 takes it: scaled bilinearly, letterboxed in gray 114 or squashed, planes of 0 to 1.
 *
 * Reference: `letterbox` in ultralytics/yolov5 v7.0 `utils/augmentations.py` (auto off).
 */
import type { DetectorImage } from './detector-image.ts'
import { resizeLinear } from './resize-linear.ts'

/** How a picture is brought to the size of a network's input. */
export type Fit = 'letterbox' | 'squash'

/** From pixels of the input back to pixels of the image: (position - pad) / scale. */
export interface Placement {
  readonly scaleX: number
  readonly scaleY: number
  readonly padX: number
  readonly padY: number
}

/** Size and channels of a network's input. */
export interface InputSize {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

const padGray = 114 / 255

/** Writes the image into `planes` (float32 [channels * height * width]) and says where it lies. */
export function fitInput(image: DetectorImage, size: InputSize, fit: Fit, planes: Float32Array): Placement {
  const ratio = Math.min(size.width / image.width, size.height / image.height)
  const width = fit === 'squash' ? size.width : Math.max(1, Math.round(image.width * ratio))
  const height = fit === 'squash' ? size.height : Math.max(1, Math.round(image.height * ratio))
  // The reference rounds half of the padding a little down, so that an odd pixel comes last.
  const left = Math.round((size.width - width) / 2 - 0.1)
  const top = Math.round((size.height - height) / 2 - 0.1)
  planes.fill(padGray)

  const channels = image.channels ?? 1
  const scaled = resizeLinear(image, width, height)
  const white = image.data instanceof Uint16Array ? 65_535 : 255
  const area = size.width * size.height
  for (let channel = 0; channel < size.channels; channel++) {
    const source = channels === 3 ? channel : 0
    for (let y = 0; y < height; y++) {
      let at = channel * area + (top + y) * size.width + left
      let from = y * width * channels + source
      for (let x = 0; x < width; x++, at++, from += channels) planes[at] = scaled[from] / white
    }
  }
  const squashed = fit === 'squash'
  return {
    scaleX: squashed ? width / image.width : ratio,
    scaleY: squashed ? height / image.height : ratio,
    padX: squashed ? 0 : (size.width - width) / 2,
    padY: squashed ? 0 : (size.height - height) / 2,
  }
}
