/** Where the DICOM frame's pixels lie in the fitted image, and the way back: for boxes of lesions, and for heatmaps. */
import type { Box, RoiResult } from '@mammokit/roi-detector'
import type { Stretch } from './raster/rendering.ts'

/** How a box of the frame lies in the image. */
export interface Placement {
  /** What was cut out, pixels of the frame. */
  readonly box: Box
  /** Pixels of the image per pixel of the frame; negative where the image is mirrored. */
  readonly scaleX: number
  readonly scaleY: number
  /** Where the box's left upper corner lies in the image, pixels. */
  readonly padX: number
  readonly padY: number
}

/** A position: (0, 0) is the left upper corner of the first pixel, whose center is (0.5, 0.5). */
export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * A position in the DICOM frame as one in the fitted image; outside of the image where it was not cut out.
 *
 * @example
 * frameToImage({ box: { x: 100, y: 0, width: 900, height: 2048 }, scaleX: 0.5, scaleY: 0.5, padX: 0, padY: 0 }, { x: 300, y: 10 }) // { x: 100, y: 5 }
 */
export function frameToImage({ box, scaleX, scaleY, padX, padY }: Placement, { x, y }: Point): Point {
  return { x: padX + (x - box.x) * scaleX, y: padY + (y - box.y) * scaleY }
}

/**
 * A position in the fitted image as one in the DICOM frame: the inverse of `frameToImage`.
 *
 * @example
 * imageToFrame({ box: { x: 100, y: 0, width: 900, height: 2048 }, scaleX: 0.5, scaleY: 0.5, padX: 0, padY: 0 }, { x: 100, y: 5 }) // { x: 300, y: 10 }
 */
export function imageToFrame({ box, scaleX, scaleY, padX, padY }: Placement, { x, y }: Point): Point {
  return { x: box.x + (x - padX) / scaleX, y: box.y + (y - padY) / scaleY }
}

/**
 * The placement of a region that was cut out of a frame halved `level` times: reduced pixel i sits on frame pixel 2^level * i, not in
 * the middle of the 2^level that it stands for.
 *
 * @param box the region's box in pixels of the whole frame
 */
export function placementOf(
  roi: Pick<RoiResult, 'box' | 'fitted' | 'mirrored'>,
  { level, box }: { readonly level: number; readonly box: Box },
): Placement {
  const { fitted, mirrored } = roi
  const toReduced = (position: number) => (position - 0.5) / 2 ** level + 0.5
  const stretchX = (fitted.width / roi.box.width) * (mirrored ? -1 : 1)
  const stretchY = fitted.height / roi.box.height
  const edge = mirrored ? fitted.x + fitted.width : fitted.x
  return {
    box,
    scaleX: stretchX / 2 ** level,
    scaleY: stretchY / 2 ** level,
    padX: edge + (toReduced(box.x) - roi.box.x) * stretchX,
    padY: fitted.y + (toReduced(box.y) - roi.box.y) * stretchY,
  }
}

/** The placement of what was cut out of a stretched picture, in pixels of the picture as it is in its file. */
export function unstretch({ box, scaleX, scaleY, padX, padY }: Placement, { x, y }: Stretch): Placement {
  return {
    box: { x: box.x / x, y: box.y / y, width: box.width / x, height: box.height / y },
    scaleX: scaleX * x,
    scaleY: scaleY * y,
    padX,
    padY,
  }
}
