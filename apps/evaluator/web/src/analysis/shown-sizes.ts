/** How large pictures and heatmaps are shown: no larger than a screen needs, for the memory of a phone. */

/** A picture has at least this many rows where its frame has. */
const pictureRows = 1600
const heatRows = 512

/** By how much a frame is shrunk for showing it, a whole number. */
export function shrinkFactor({ height }: { readonly height: number }): number {
  return Math.max(1, Math.floor(height / pictureRows))
}

/**
 * The size of a heatmap over a frame, with the frame's aspect.
 *
 * @example
 * heatSize({ height: 4096, width: 3328 }) // { height: 512, width: 416 }
 */
export function heatSize({ height, width }: { readonly height: number; readonly width: number }) {
  const scale = Math.min(1, heatRows / height)
  return { height: Math.max(1, Math.round(height * scale)), width: Math.max(1, Math.round(width * scale)) }
}
