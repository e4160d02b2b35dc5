import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadYolov5Detector } from '../../src/index.ts'
import { cocoAnchors, recognizeOutputs } from '../../src/yolov5/heads.ts'

const input = { width: 640, height: 640, strides: [8, 16, 32], anchors: cocoAnchors }
const output = (...shape: number[]) => ({ name: 'output', shape })

test('recognizes decoded boxes and three raw heads, split or not, of fixed and dynamic sizes, of one and many classes', () => {
  expect(recognizeOutputs([output(1, 25200, 6)], input)).toMatchObject({ kind: 'decoded', classes: 1 })
  expect(recognizeOutputs([output(-1, -1, 85)], input)).toMatchObject({ kind: 'decoded', classes: 80 })
  const split = [80, 40, 20].map((cells) => output(1, 3, cells, cells, 7))
  expect(recognizeOutputs(split, input)).toMatchObject({ kind: 'raw', classes: 2 })
  const whole = [output(-1, 18, -1, -1), output(-1, 18, -1, -1), output(-1, 18, -1, -1)]
  expect(recognizeOutputs(whole, input)).toMatchObject({ kind: 'raw', classes: 1 })
})

test.each([
  ["YOLOX's raw grid of one anchor a cell", output(1, 8400, 85)],
  ["YOLOv8's transposed boxes without objectness", output(1, 84, 8400)],
  ['a classifier', output(1, 1000)],
  ['two heads only', output(1, 3, 80, 80, 7)],
])('refuses %s with the shape that was found', (_, one) => {
  const refused = () => recognizeOutputs([one], input)
  expect(refused).toThrow(expect.objectContaining({ code: 'not-yolov5' }))
  expect(refused).toThrow(`but received output [${one.shape.join(', ')}]`)
})

test('anchors and strides given as options go before those of the metadata', async () => {
  const model = fileURLToPath(new URL('../fixtures/yolov5/raw-4d-gray.onnx', import.meta.url))
  const picture = { data: Uint8Array.from({ length: 96 * 96 }, (_, at) => (at * 37) % 251), width: 96, height: 96 }
  const widths = async (anchors?: number[][]) => {
    const detector = await loadYolov5Detector(model, { confidence: 0.01, iou: 1, ...(anchors && { anchors }) })
    const [found] = await detector.detect([picture])
    await detector.dispose()
    return found.slice(0, 20)
  }
  const own = cocoAnchors.map((sizes) => [...sizes])
  expect(await widths(own)).toEqual(await widths())
  expect(await widths(own.map((sizes) => sizes.map((size) => size / 2)))).not.toEqual(await widths())
})
