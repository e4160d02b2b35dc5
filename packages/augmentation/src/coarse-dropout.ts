/**
 * Black rectangles at random places.
 *
 * Reference: DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", https://arxiv.org/abs/1708.04552.
 */
import type { GrayImage } from './gray-image.ts'

/** A rectangle that becomes black, pixels. */
export interface Hole {
  /** Pixels from the top and the left. */
  readonly y: number
  readonly x: number
  readonly height: number
  readonly width: number
}

/** Blackens rectangles; what lies outside the image is ignored. */
export function dropHoles(image: GrayImage, holes: readonly Hole[]): GrayImage {
  const { width, height } = image
  const data = image.data.slice()
  for (const hole of holes) {
    const left = Math.max(0, hole.x)
    const right = Math.min(width, hole.x + hole.width)
    const bottom = Math.min(height, hole.y + hole.height)
    for (let y = Math.max(0, hole.y); y < bottom && right > left; y++) data.fill(0, y * width + left, y * width + right)
  }
  return { data, width, height }
}
