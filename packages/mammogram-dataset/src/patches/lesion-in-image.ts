import { frameToImage } from '@mammokit/mammogram-preprocess'
import type { ImagePlacement, Lesion } from '@mammokit/screening-data'

/** A box in pixels of the network's image; the end is not part of it. */
export interface LesionBox {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A lesion of the original image as a box of at least one pixel of the network's; undefined where all of it was cut off. */
export function lesionInImage(
  { x, y, width, height }: Lesion,
  placement: ImagePlacement,
  image: { readonly height: number; readonly width: number },
): LesionBox | undefined {
  const [a, b] = [
    { x, y },
    { x: x + width, y: y + height },
  ].map((point) => frameToImage(placement, point))
  const [columns, rows] = [alongAxis(a!.x, b!.x, image.width), alongAxis(a!.y, b!.y, image.height)]
  return columns && rows && { left: columns.first, top: rows.first, right: columns.end, bottom: rows.end }
}

function alongAxis(
  from: number,
  to: number,
  length: number,
): { readonly first: number; readonly end: number } | undefined {
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  if (high <= 0 || low >= length) return undefined
  const first = Math.min(Math.max(0, Math.round(low)), length - 1)
  return { first, end: Math.min(length, Math.max(first + 1, Math.round(high))) }
}
