/**
 * Which anchors of which cells answer for a box, as dense arrays.
 *
 * Reference: `ComputeLoss.build_targets` in ultralytics/yolov5 v7.0 `utils/loss.py`: an anchor whose sides are within a factor of four,
 * in the cell of the centre and the two nearest neighbours.
 */
import { strides } from './yolov5-network.ts'

/** Centre and size in pixels of the input. */
export interface CentreBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Values of a row: 1 where the anchor answers, then centre against the cell and size, in cells. */
export const targetValues = 5

const anchorThreshold = 4

/** Writes the rows [size / stride, size / stride, 3, 5] of one image for each head; a missing box leaves zeros. */
export function detectionTargets(
  box: CentreBox | undefined,
  imageSize: number,
  anchors: readonly (readonly number[])[],
): Float32Array[] {
  return strides.map((stride, head) => {
    const cells = imageSize / stride
    const rows = new Float32Array(cells * cells * 3 * targetValues)
    if (!box) return rows
    const [x, y, width, height] = [box.x, box.y, box.width, box.height].map((value) => value / stride)
    for (let anchor = 0; anchor < 3; anchor++) {
      const across = width / (anchors[head][2 * anchor] / stride)
      const down = height / (anchors[head][2 * anchor + 1] / stride)
      if (Math.max(across, 1 / across, down, 1 / down) >= anchorThreshold) continue
      for (const [column, row] of cellsOf(x, y, cells)) {
        rows.set([1, x - column, y - row, width, height], ((row * cells + column) * 3 + anchor) * targetValues)
      }
    }
    return rows
  })
}

function cellsOf(x: number, y: number, cells: number): [number, number][] {
  const column = Math.min(cells - 1, Math.floor(x))
  const row = Math.min(cells - 1, Math.floor(y))
  const found: [number, number][] = [[column, row]]
  if (x % 1 < 0.5 && x > 1) found.push([column - 1, row])
  if (y % 1 < 0.5 && y > 1) found.push([column, row - 1])
  if (x % 1 > 0.5 && x < cells - 1) found.push([column + 1, row])
  if (y % 1 > 0.5 && y < cells - 1) found.push([column, row + 1])
  return found
}
