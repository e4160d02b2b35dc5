import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import createTurbo from '@cornerstonejs/codec-libjpeg-turbo-8bit'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type Detection, type DetectorImage, loadYolov5Detector, RoiError } from '../../src/index.ts'

interface Expected {
  options: { confidence: number; iou: number; max_detections: number }
  cases: { model: string; fit: 'letterbox' | 'squash'; pictures: string[]; detections: number[][][] }[]
}

const fixtures = fileURLToPath(new URL('../fixtures/yolov5/', import.meta.url))
const expected = JSON.parse(await readFile(`${fixtures}expected.json`, 'utf8')) as Expected
const suppression = {
  confidence: expected.options.confidence,
  iou: expected.options.iou,
  maxDetections: expected.options.max_detections,
}

async function png(name: string): Promise<DetectorImage> {
  const image = sharp(`${fixtures}${name}.png`)
  const channels = name === 'gray' ? 1 : 3
  const { data, info } = await image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: new Uint8Array(data), width: info.width, height: info.height, channels }
}

/** Boxes of equal scores may change places: each wanted box must have its partner. */
function compare(found: Detection[], wanted: number[][], pixels: number, score: number): void {
  expect(found).toHaveLength(wanted.length)
  const left = [...found]
  for (const [x0, y0, x1, y1, wantedScore, classIndex] of wanted) {
    const partner = left.findIndex(
      (box) =>
        Math.max(Math.abs(box.x - x0), Math.abs(box.y - y0)) <= pixels &&
        Math.max(Math.abs(box.x + box.width - x1), Math.abs(box.y + box.height - y1)) <= pixels &&
        Math.abs(box.score - wantedScore) <= score &&
        box.classIndex === classIndex,
    )
    expect(partner, `a partner of ${[x0, y0, x1, y1, wantedScore]} in ${JSON.stringify(found)}`).not.toBe(-1)
    left.splice(partner, 1)
  }
}

describe.each(expected.cases)('$model', ({ model, fit, pictures, detections }) => {
  const isHalf = model.includes('half')
  test(`equals YOLOv5's post-processing in PyTorch, |delta| <= ${isHalf ? '0.5 px and 1e-3' : '0.02 px and 5e-4'}`, async () => {
    const detector = await loadYolov5Detector(`${fixtures}${model}`, { ...suppression, inputSize: 96 })
    expect(detector).toMatchObject({ fit, inputWidth: 96, inputHeight: 96 })
    const found = await detector.detect(await Promise.all(pictures.map(png)))
    await detector.dispose()
    expect(detections.flat().length).toBeGreaterThan(0)
    if (isHalf) {
      // Half precision moves scores across the threshold and changes which boxes suppress which: each clear box must have a partner.
      for (const wanted of detections[0].filter((row) => row[4] > 0.5)) {
        const near = found[0].some(
          (box) =>
            Math.abs(box.x - wanted[0]) <= 0.5 &&
            Math.abs(box.y - wanted[1]) <= 0.5 &&
            Math.abs(box.score - wanted[4]) <= 1e-3,
        )
        expect(near).toBe(true)
      }
    } else {
      found.forEach((boxes, i) => {
        compare(boxes, detections[i], 0.02, 5e-4)
      })
    }
  })
})

test('16-bit gray is taken as 8-bit gray is, for a model of three channels', async () => {
  const detector = await loadYolov5Detector(`${fixtures}decoded.onnx`, { inputSize: 96 })
  const gray = await png('gray')
  const wide = { ...gray, data: Uint16Array.from(gray.data, (v) => v * 257) }
  const [[a], [b]] = [await detector.detect([gray]), await detector.detect([wide])]
  expect(b.length).toBeGreaterThan(0)
  expect(Math.abs(a[0].x - b[0].x)).toBeLessThan(1)
  expect(Math.abs(a[0].score - b[0].score)).toBeLessThan(0.02)
  await detector.dispose()
})

test('refuses a file that is no model, wrong anchors, and images whose data do not match their size', async () => {
  await expect(loadYolov5Detector(new Uint8Array(100))).rejects.toMatchObject({ code: 'model-unreadable' })
  await expect(loadYolov5Detector(`${fixtures}nothing.onnx`)).rejects.toThrow('nothing.onnx')
  await expect(loadYolov5Detector(`${fixtures}decoded.onnx`, { strides: [8, 16] })).rejects.toMatchObject({
    code: 'invalid-option',
  })
  const detector = await loadYolov5Detector(`${fixtures}raw-4d-gray.onnx`)
  await expect(detector.detect([{ data: new Uint8Array(5), width: 2, height: 2 }])).rejects.toThrow(RoiError)
  await detector.dispose()
})

test('refuses a model whose boxes are not those of three anchors per cell, and says what it found', async () => {
  // 96 pixels with three anchors make 567 rows; with strides of 16 and 32 only they would be 135.
  const options = {
    inputSize: 96,
    strides: [16, 32],
    anchors: [
      [1, 1, 2, 2, 3, 3],
      [4, 4, 5, 5, 6, 6],
    ],
  }
  const refused = loadYolov5Detector(`${fixtures}decoded-squash.onnx`, options)
  await expect(refused).rejects.toMatchObject({ code: 'not-yolov5' })
  await expect(refused).rejects.toThrow('[N, 135, 5 + classes]')
  await expect(refused).rejects.toThrow('output0 [1, 567, 6]')
})

const real = `${process.env.MAMMOKIT_TEST_DATA}/onnx/`
const yolov5n = `${real}yolov5n_coco_int8_640_4out.onnx`

describe.skipIf(!existsSync(real))('MAMMOKIT_TEST_DATA/onnx: a real YOLOv5n export', () => {
  test('finds the bus and four people of bus.jpg as recorded, |delta| <= 0.5 px and 1e-3', async () => {
    const { params, detections } = JSON.parse(await readFile(`${real}expected_detections.json`, 'utf8'))
    const wanted = detections['yolov5n_coco_int8_640_4out.onnx']['bus.jpg'] as {
      cls: number
      score: number
      xyxy: number[]
    }[]
    const detector = await loadYolov5Detector(yolov5n, { confidence: params.conf, iou: params.iou })
    expect(detector).toMatchObject({ output: 'decoded', classes: 80, channels: 3, inputHeight: 640, fit: 'letterbox' })
    const [found] = await detector.detect([await decodeJpeg(`${real}bus.jpg`)])
    compare(
      found,
      wanted.map(({ cls, score, xyxy }) => [...xyxy, score, cls]),
      0.5,
      1e-3,
    )
    await detector.dispose()
  })

  test('an image classifier is refused with the shape of its output', async () => {
    const refused = loadYolov5Detector(`${real}mobilenetv2_imagenet_qdq_int8weights.onnx`)
    await expect(refused).rejects.toMatchObject({ code: 'not-yolov5' })
    await expect(refused).rejects.toThrow('output [-1, 1000]')
  })
})

/** As OpenCV decodes it: sharp's decoder upsamples chroma in another way. */
async function decodeJpeg(path: string): Promise<DetectorImage> {
  const turbo = await createTurbo()
  const decoder = new turbo.JPEGDecoder()
  const encoded = await readFile(path)
  decoder.getEncodedBuffer(encoded.length).set(encoded)
  decoder.decode()
  const { width, height } = decoder.getFrameInfo()
  return { data: Uint8Array.from(decoder.getDecodedBuffer()), width, height, channels: 3 }
}
