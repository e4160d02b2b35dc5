/** A picture and a threshold to a mask of the breast: opened, its largest part, what belongs to it, filled. */
import type { GrayImage } from '../gray-image.ts'
import { fillHoles, largestComponent, reconstruct } from './connected-components.ts'
import { chestWallSide, maskArea } from './mask-shape.ts'
import { dilate, type Mask, open } from './morphology.ts'

export interface Separation {
  readonly mask: Mask
  readonly threshold: number
  /** Whether the mask runs into the background. */
  readonly leaks: boolean
}

/**
 * Separates the breast at the first threshold whose mask does not leak into the background, else at the last.
 *
 * @param radius of the opening, pixels
 */
export function separateBreast(image: GrayImage, thresholds: readonly number[], radius: number): Separation {
  let found: Separation | undefined
  for (const threshold of thresholds) {
    const mask = breastAt(image, threshold, radius)
    found = { mask, threshold, leaks: leaks(mask) }
    if (!found.leaks) break
  }
  return found as Separation
}

function breastAt(image: GrayImage, threshold: number, radius: number): Mask {
  const { data, width, height } = image
  const above: Mask = { data: new Uint8Array(data.length), width, height }
  for (let at = 0; at < data.length; at++) if (data[at] > threshold) above.data[at] = 1
  const core = largestComponent(open(above, radius))
  // The opening rounds off the nipple and thin folds of skin: what hangs together with the core within three radii comes back.
  const near = dilate(core, 3 * radius)
  for (let at = 0; at < data.length; at++) near.data[at] &= above.data[at]
  const breast = reconstruct(near, core)
  return fillHoles(breast, chestWallSide(breast).side)
}

/** A mask that takes nearly the whole frame, or most of both its left and right edge, is background too. */
function leaks(mask: Mask): boolean {
  const { data, width, height } = mask
  let left = 0
  let right = 0
  for (let y = 0; y < height; y++) {
    left += data[y * width]
    right += data[y * width + width - 1]
  }
  return Math.min(left, right) > 0.6 * height || maskArea(mask) > 0.97 * width * height
}
