/**
 * Which anchors of which cells answer for a box, as dense arrays: no step of the loss depends on how many boxes there are.
 *
 * Reference: https://docs.ultralytics.com/yolov5/tutorials/architecture_description, "Build Targets".
 */
import { type Anchors, strides } from './config.ts'
import { Yolov5Error } from './yolov5-error.ts'

/** A labeled box in pixels of the input. */
export interface BoxLabel {
  readonly centerX: number
  readonly centerY: number
  readonly width: number
  readonly height: number
  /** Whole number from 0 on. @default 0 */
  readonly classIndex?: number
}

/** Input size and anchors that targets are assigned for. */
export interface TargetOptions {
  /** Size of the input, multiples of 32 pixels. */
  readonly height: number
  readonly width: number
  readonly anchors: Anchors
  /** An anchor answers for boxes whose width and height differ from its own by less than this factor. @default 4 */
  readonly anchorRatio?: number
}

/** Values of a target row: 1 where an anchor answers, center x and y within the cell, width and height in cells, class. */
export const targetValues = 6

/**
 * Assigns the boxes of each image of a batch: every anchor of similar size, in the cell of the center and in the nearest neighbor
 * across and up or down. Where two boxes want the same anchor of the same cell, the later one has it.
 *
 * @returns for each head float32 [N, H / stride, W / stride, anchors, 6]
 * @throws {Yolov5Error} `invalid-label` for a box without area, of no class, or with its center outside of the input
 * @example
 * assignTargets([[{ centerX: 20, centerY: 40, width: 30, height: 50 }]], { height: 64, width: 64, anchors })[0].length // 8 * 8 * 3 * 6
 */
export function assignTargets(labels: readonly (readonly BoxLabel[])[], options: TargetOptions): Float32Array[] {
  const { height, width, anchors, anchorRatio = 4 } = options
  for (const label of labels.flat()) assertLabel(label, options)
  return strides.map((stride, head) => {
    const [rows, columns, count] = [height / stride, width / stride, anchors[head].length / 2]
    const targets = new Float32Array(labels.length * rows * columns * count * targetValues)
    labels.forEach((boxes, image) => {
      for (const { centerX, centerY, width: w, height: h, classIndex = 0 } of boxes) {
        const [x, y] = [centerX / stride, centerY / stride]
        for (let anchor = 0; anchor < count; anchor++) {
          const [across, down] = [w / anchors[head][2 * anchor], h / anchors[head][2 * anchor + 1]]
          if (Math.max(across, 1 / across, down, 1 / down) >= anchorRatio) continue
          for (const [column, row] of cellsOf(x, y, columns, rows)) {
            const place = ((image * rows + row) * columns + column) * count + anchor
            targets.set([1, x - column, y - row, w / stride, h / stride, classIndex], place * targetValues)
          }
        }
      }
    })
    return targets
  })
}

/** The cell of a point, and its neighbors on the sides to which the point is nearer, inside of the grid. */
function cellsOf(x: number, y: number, columns: number, rows: number): [number, number][] {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const cells: [number, number][] = [[column, row]]
  if (x - column < 0.5 && column > 0) cells.push([column - 1, row])
  if (y - row < 0.5 && row > 0) cells.push([column, row - 1])
  if (x - column > 0.5 && column < columns - 1) cells.push([column + 1, row])
  if (y - row > 0.5 && row < rows - 1) cells.push([column, row + 1])
  return cells
}

function assertLabel(label: BoxLabel, { width, height }: TargetOptions): void {
  const { centerX: x, centerY: y, classIndex = 0 } = label
  const isInside = x >= 0 && x < width && y >= 0 && y < height
  if (isInside && label.width > 0 && label.height > 0 && Number.isSafeInteger(classIndex) && classIndex >= 0) return
  const message = `Expected a box with an area and its center in the input of ${width}x${height} but received ${JSON.stringify(label)}. Clip labels to the image first.`
  throw new Yolov5Error('invalid-label', message, { label, width, height })
}
