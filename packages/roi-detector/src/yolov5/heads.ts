/**
 * What a YOLOv5 export gives out, and how its three raw heads become boxes.
 *
 * Reference: `Detect.forward` in ultralytics/yolov5 v7.0 `models/yolo.py`.
 */
import { RoiError } from '../roi-error.ts'

/** Anchor sizes in pixels of the input, [head][width, height, width, height, ...]. */
export type Anchors = readonly (readonly number[])[]

/** The anchors of the published COCO models, `models/yolov5*.yaml`. */
export const cocoAnchors: Anchors = [
  [10, 13, 16, 30, 33, 23],
  [30, 61, 62, 45, 59, 119],
  [116, 90, 156, 198, 373, 326],
]

export interface TensorShape {
  readonly name: string
  /** Fixed sizes; -1 where the size is dynamic. */
  readonly shape: readonly number[]
}

/** How to read the outputs of a model. */
export type OutputLayout =
  | { readonly kind: 'decoded'; readonly output: string; readonly classes: number }
  | {
      readonly kind: 'raw'
      readonly heads: readonly { readonly name: string; readonly isSplit: boolean }[]
      readonly classes: number
    }

export interface InputGeometry {
  readonly width: number
  readonly height: number
  readonly strides: readonly number[]
  readonly anchors: Anchors
}

/**
 * Recognizes a decoded output `[N, boxes, 5 + classes]`, else raw heads `[N, anchors, rows, columns, 5 + classes]` or
 * `[N, anchors * (5 + classes), rows, columns]`, one per stride.
 *
 * @throws RoiError `not-yolov5` with the shapes that were found
 */
export function recognizeOutputs(outputs: readonly TensorShape[], input: InputGeometry): OutputLayout {
  const expectedBoxes = input.strides.reduce(
    (sum, stride, head) => sum + (input.anchors[head].length / 2) * cells(input, stride).count,
    0,
  )
  for (const { name, shape } of outputs) {
    if (shape.length !== 3 || shape[2] < 6) continue
    if (shape[1] === expectedBoxes || shape[1] === -1) return { kind: 'decoded', output: name, classes: shape[2] - 5 }
  }
  const heads = input.strides.map((stride, head) => outputs.find(({ shape }) => isHead(shape, input, stride, head)))
  if (heads.every((head) => head !== undefined)) {
    const values = heads.map(({ shape }, head) =>
      shape.length === 5 ? shape[4] : shape[1] / (input.anchors[head].length / 2),
    )
    if (values.every((count) => count === values[0] && Number.isInteger(count) && count >= 6)) {
      return {
        kind: 'raw',
        heads: heads.map(({ name, shape }) => ({ name, isSplit: shape.length === 5 })),
        classes: values[0] - 5,
      }
    }
  }
  const found = outputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
  throw new RoiError(
    'not-yolov5',
    `Expected a YOLOv5 output [N, ${expectedBoxes}, 5 + classes] or raw heads of strides ${input.strides.join(', ')} ` +
      `for an input of ${input.height} x ${input.width} but received ${found}. Export the model with YOLOv5's export.py.`,
    { expectedBoxes, outputs },
  )
}

function cells({ width, height }: InputGeometry, stride: number) {
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)]
  return { rows, columns, count: rows * columns }
}

function isHead(shape: readonly number[], input: InputGeometry, stride: number, head: number): boolean {
  const { rows, columns } = cells(input, stride)
  const fits = (size: number, expected: number) => size === expected || size === -1
  if (shape.length === 5) {
    return shape[1] === input.anchors[head].length / 2 && fits(shape[2], rows) && fits(shape[3], columns)
  }
  return shape.length === 4 && fits(shape[2], rows) && fits(shape[3], columns)
}

/**
 * Decodes one raw head of one image: rows of [x, y, width, height, objectness, class scores...], pixels of the input.
 *
 * @param values float32 [anchors, rows, columns, 5 + classes] where `isSplit`, else [anchors * (5 + classes), rows, columns]
 */
export function decodeHead(
  values: Float32Array,
  head: { stride: number; anchors: readonly number[]; isSplit: boolean; classes: number },
  input: InputGeometry,
): Float32Array {
  const { stride, anchors, isSplit, classes } = head
  const { columns, count } = cells(input, stride)
  const length = 5 + classes
  const boxes = new Float32Array((anchors.length / 2) * count * length)
  for (let anchor = 0; anchor < anchors.length / 2; anchor++) {
    for (let cell = 0; cell < count; cell++) {
      const row = (anchor * count + cell) * length
      for (let i = 0; i < length; i++) {
        boxes[row + i] = sigmoid(isSplit ? values[row + i] : values[(anchor * length + i) * count + cell])
      }
      boxes[row] = (boxes[row] * 2 - 0.5 + (cell % columns)) * stride
      boxes[row + 1] = (boxes[row + 1] * 2 - 0.5 + Math.floor(cell / columns)) * stride
      boxes[row + 2] = (boxes[row + 2] * 2) ** 2 * anchors[2 * anchor]
      boxes[row + 3] = (boxes[row + 3] * 2) ** 2 * anchors[2 * anchor + 1]
    }
  }
  return boxes
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
