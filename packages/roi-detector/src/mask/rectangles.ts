/** Parts of a mask that are rectangles joined to each other: a block against a strip is an L. */
import type { Box } from '../gray-image.ts'
import type { Mask } from './mask.ts'

/**
 * The share of a part that a few rectangles fill, the largest first, each cut out before the next.
 *
 * @param part one part of a mask alone; its pixels are cleared
 */
export function rectangularity(part: Mask, box: Box, area: number, rectangles = 3): number {
  let filled = 0
  for (let round = 0; round < rectangles; round++) {
    const found = largestRectangle(part, box)
    filled += found.width * found.height
    for (let y = found.y; y < found.y + found.height; y++) {
      part.data.fill(0, y * part.width + found.x, y * part.width + found.x + found.width)
    }
  }
  return filled / area
}

/** The largest rectangle whose pixels are all inside; without width where none is. */
export function largestRectangle({ data, width }: Mask, box: Box): Box {
  // How many pixels above each other are inside, up to this row; the last column ends every rectangle.
  const heights = new Int32Array(box.width + 1)
  const open: { height: number; x: number }[] = []
  let largest: Box = { x: box.x, y: box.y, width: 0, height: 0 }
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = 0; x <= box.width; x++) {
      const isInside = x < box.width && data[y * width + box.x + x] === 1
      heights[x] = isInside ? heights[x] + 1 : 0
      let start = x
      while (open.length > 0 && open[open.length - 1].height >= heights[x]) {
        const { height, x: from } = open.pop()!
        start = from
        if (height * (x - from) > largest.width * largest.height) {
          largest = { x: box.x + from, y: y + 1 - height, width: x - from, height }
        }
      }
      if (heights[x] > 0) open.push({ height: heights[x], x: start })
    }
  }
  return largest
}
