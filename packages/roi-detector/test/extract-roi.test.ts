import { describe, expect, test } from 'vitest'
import { extractRoi, RoiError } from '../src/index.ts'
import { fillRectangle, randomNumbers, syntheticMammogram } from './synthetic-mammogram.ts'

test('gives the breast at 1024 x 512 on its side, background 0, with box and method', async () => {
  const { image } = syntheticMammogram({ side: 'R' })
  const roi = await extractRoi(image)
  expect(roi).toMatchObject({ method: 'yolov5', reason: '', side: 'R', mirrored: false })
  expect(roi.image).toMatchObject({ width: 512, height: 1024 })
  // Half-axes 180 and 152 of a 300 x 400 frame, nipple and margin beyond.
  expect(roi.box.x + roi.box.width).toBe(300)
  expect(Math.abs(roi.box.width - (180 + 9 + 3))).toBeLessThanOrEqual(4)
  expect(Math.abs(roi.box.height - (304 + 6))).toBeLessThanOrEqual(4)
  const middle = roi.image.data.subarray(512 * 512, 513 * 512)
  expect(middle[511]).toBeGreaterThan(5000)
  expect(roi.image.data[0]).toBe(0)
})

test('markers are gone from the result', async () => {
  const { image } = syntheticMammogram()
  fillRectangle(image, 170, 60, 20, 12, 65_535)
  const roi = await extractRoi(image)
  expect(roi.image.data.reduce((most, value) => Math.max(most, value))).toBeLessThan(40_000)
})

test('orientation L mirrors a right breast and nothing else', async () => {
  const right = await extractRoi(syntheticMammogram({ side: 'R' }).image, { orientation: 'L', width: 64, height: 128 })
  const left = await extractRoi(syntheticMammogram({ side: 'L' }).image, { orientation: 'L', width: 64, height: 128 })
  expect(right).toMatchObject({ side: 'L', mirrored: true })
  expect(left).toMatchObject({ side: 'L', mirrored: false })
  expect(right.image.data[64 * 64]).toBeGreaterThan(5000)
  // What is outside of the fitted box is padding.
  for (const { image, fitted } of [right, left]) {
    const outside = image.data.filter((_, at) => {
      const [x, y] = [at % 64, Math.floor(at / 64)]
      return x < fitted.x || x >= fitted.x + fitted.width || y < fitted.y || y >= fitted.y + fitted.height
    })
    expect(outside.length).toBe(64 * 128 - fitted.width * fitted.height)
    expect(Math.max(0, ...outside)).toBe(0)
    expect(fitted.x).toBe(0)
  }
})

test('constant, black and odd pictures give the full frame with a reason, never an exception', async () => {
  const random = randomNumbers(5)
  const pictures = [
    { data: new Uint16Array(40_000), width: 200, height: 200 },
    { data: new Uint16Array(40_000).fill(65_535), width: 200, height: 200 },
    { data: Uint16Array.from({ length: 40_000 }, () => random() * 65_536), width: 200, height: 200 },
    { data: Uint16Array.of(7), width: 1, height: 1 },
    { data: Uint16Array.from({ length: 5000 }, (_, at) => at), width: 5000, height: 1 },
    { data: Uint16Array.from({ length: 5000 }, (_, at) => at), width: 1, height: 5000 },
  ]
  for (const image of pictures) {
    const roi = await extractRoi(image, { laterality: 'R' })
    expect(roi).toMatchObject({ method: 'full-frame', score: 0, side: 'R' })
    expect(roi.reason).not.toBe('')
    expect(roi.box).toEqual({ x: 0, y: 0, width: image.width, height: image.height })
    expect(roi.image.data).toHaveLength(512 * 1024)
  }
})

test('a margin of a tenth widens the box by a tenth of its longer side within the frame; the background is kept on request', async () => {
  const { image } = syntheticMammogram({ side: 'L' })
  const tight = await extractRoi(image, { margin: 0 })
  const wide = await extractRoi(image, { margin: 0.1, blackenBackground: false })
  const space = Math.round(0.1 * tight.box.height)
  expect(wide.box).toEqual({
    x: 0,
    y: tight.box.y - space,
    width: tight.box.width + space,
    height: tight.box.height + 2 * space,
  })
  const least = (from: number, to: number) => Math.min(...wide.image.data.subarray(512 * 512 + from, 512 * 512 + to))
  expect(least(0, 300)).toBeGreaterThan(500)
  expect(tight.image.data[0]).toBe(0)
})

test('the laterality decides only where the mask does not', async () => {
  const { image } = syntheticMammogram({ side: 'R' })
  expect((await extractRoi(image, { laterality: 'L' })).side).toBe('R')
  const block = { data: new Uint16Array(40_000), width: 200, height: 200 }
  fillRectangle(block, 50, 50, 100, 100, 20_000)
  expect((await extractRoi(block, { laterality: 'R' })).side).toBe('R')
  expect((await extractRoi(block, { laterality: 'L' })).side).toBe('L')
})

test('bad arguments are refused with name and value', async () => {
  const { image } = syntheticMammogram()
  await expect(extractRoi({ ...image, width: 299 })).rejects.toThrow('Expected 119600 values (299 x 400) in image.data')
  await expect(extractRoi({ ...image, height: -1 })).rejects.toThrow(RoiError)
  await expect(extractRoi(image, { margin: 2 })).rejects.toThrow(
    'Expected a number from 0 to 1 for margin but received 2.',
  )
  const bytes = { ...image, data: new Uint8Array(4) as unknown as Uint16Array }
  await expect(extractRoi(bytes)).rejects.toThrow('Expected a Uint16Array for image.data')
})

describe('with a detector', () => {
  const box = { x: 0, y: 40, width: 200, height: 300, score: 0.9, classIndex: 0 }
  const detector = (...boxes: object[]) => ({
    inputWidth: 150,
    inputHeight: 200,
    // 300 x 400 come as 150 x 200.
    detect: async (pictures: readonly { width: number; height: number }[]) => {
      expect(pictures[0]).toMatchObject({ width: 150, height: 200 })
      return [boxes.map((one) => ({ ...box, x: 0, y: 20, width: 100, height: 150, ...one }))]
    },
  })
  const { image } = syntheticMammogram()
  const small = { width: 32, height: 64, margin: 0 }

  test('where the mask agrees, its exact box is cut out and the background is black', async () => {
    const roi = await extractRoi(image, { ...small, detector: detector({}) })
    expect(roi).toMatchObject({ method: 'yolov5', reason: '', score: 0.9, side: 'L' })
    expect(roi.box).toEqual((await extractRoi(image, { ...small, method: 'threshold' })).box)
    expect(roi.image.data[31]).toBe(0)
  })

  test('where the mask lies elsewhere, both boxes are kept and nothing is blackened', async () => {
    const roi = await extractRoi(image, { ...small, detector: detector({ x: 70, width: 75 }) })
    expect(roi).toMatchObject({ method: 'yolov5', score: 0.9, side: 'L' })
    const { box: mask } = await extractRoi(image, { ...small, method: 'threshold' })
    expect(roi.box).toEqual({ x: 0, y: 40, width: 290, height: Math.max(340, mask.y + mask.height) - 40 })
    expect(roi.reason).toMatch(
      /^background kept, both boxes joined: the threshold's mask covers \d+ % of the detector's box$/,
    )
    const top = (roi.fitted.y + 1) * roi.image.width
    expect(Math.min(...roi.image.data.subarray(top, top + roi.fitted.width))).toBeGreaterThan(0)
  })

  test('where the mask covers nothing of its box, a detector that is sure is followed with room on each side', async () => {
    const beside = { x: 100, width: 45, y: 0, height: 100 }
    const roi = await extractRoi(image, { ...small, detector: detector(beside) })
    expect(roi.box).toEqual({ x: 195, y: 0, width: 100, height: 210 })
    expect(roi.reason).toBe("background kept, detector alone: the threshold's mask covers 0 % of its box")
    const unsure = detector({ ...beside, score: 0.5 })
    expect((await extractRoi(image, { ...small, detector: unsure })).reason).toMatch(/both boxes joined/)
  })

  test('a rim that hangs on the breast is left out in a scanned film, which shows a block of white, and nowhere else', async () => {
    const film = { ...image, data: image.data.slice() }
    fillRectangle(film, 2, 330, 296, 8, 9000)
    fillRectangle(film, 290, 100, 8, 238, 9000)
    expect((await extractRoi(film, { ...small, detector: detector({}) })).reason).toBe('')
    fillRectangle(film, 200, 0, 90, 30, 65_535)
    const roi = await extractRoi(film, { ...small, detector: detector({}) })
    const { box: breast } = await extractRoi(image, { ...small, method: 'threshold' })
    expect(roi.reason).toMatch(/^thin parts of the mask left out: the IoU of both boxes rises from 0\.\d\d to 0\.\d\d$/)
    expect(roi.box.width).toBeLessThanOrEqual(1.25 * breast.width)
    expect(roi.box.x).toBe(0)
    // An arm may hang on the breast in the same way: a detector that does not agree then either takes nothing away.
    const other = await extractRoi(film, { ...small, detector: detector({ height: 80 }) })
    expect(other.box.width).toBeGreaterThanOrEqual(290)
    expect(other.reason).toMatch(/^threshold's box kept/)
  })

  test('where no detector finds a breast, a mask that is smoother than the rest is the air of a negative', async () => {
    const random = randomNumbers(8)
    const corner = Uint16Array.from({ length: 300 * 400 }, (_, at) => {
      const isAir = (at % 300) + at / 300 > 480
      return isAir ? 60_000 + 200 * random() : 12_000 + 12_000 * random()
    })
    const negative = { ...image, data: corner }
    const reason = 'inverted: what is bright is smoother than the rest'
    expect(await extractRoi(negative, { ...small, method: 'threshold' })).toMatchObject({
      method: 'full-frame',
      reason,
    })
    const asked = await extractRoi(negative, { ...small, detector: detector() })
    expect(asked).toMatchObject({ method: 'full-frame', reason: `yolov5: no box; threshold: ${reason}` })
  })

  test('where no detector finds a breast, a mask may hold air and breast of a negative film on a dark bed', async () => {
    const onBed = (isNegative: boolean) => {
      const random = randomNumbers(9)
      const gray = (x: number, y: number) => {
        const isFilm = x >= 40 && x < 260 && y >= 50 && y < 350
        if (!isFilm) return 4000 + 200 * random()
        const isBreast = Math.hypot((x - 40) / 110, (y - 200) / 90) < 1
        const [breast, air] = isNegative ? [34_000, 56_000] : [40_000, 4000]
        return isBreast ? breast + 12_000 * (random() - 0.5) : air + 200 * random()
      }
      const data = Uint16Array.from({ length: 300 * 400 }, (_, at) => gray(at % 300, Math.floor(at / 300)))
      return extractRoi({ ...image, data }, { ...small, detector: detector() })
    }
    expect(await onBed(true)).toMatchObject({
      method: 'full-frame',
      reason: 'yolov5: no box; threshold: inverted: what is bright is smoother than the rest',
    })
    expect(await onBed(false)).toMatchObject({ method: 'threshold', reason: 'yolov5: no box' })
  })

  test('where no detector finds a breast, a smooth one with a sharp skin line is no air', async () => {
    const random = randomNumbers(10)
    const gray = (x: number, y: number) => {
      const within = 150 * (1 - Math.hypot(x / 190, (y - 200) / 150))
      const bright = Math.min(1, Math.max(0, within / 15))
      return 4000 + 100 * random() + bright * (36_000 + 300 * random())
    }
    const data = Uint16Array.from({ length: 300 * 400 }, (_, at) => gray(at % 300, Math.floor(at / 300)))
    const roi = await extractRoi({ ...image, data }, { ...small, detector: detector() })
    expect(roi).toMatchObject({ method: 'threshold', reason: 'yolov5: no box' })
  })

  test('where no detector finds a breast, a mask must leave out what is even: a breast may fill the frame', async () => {
    const find = (spread: number) => {
      const texture = (x: number, y: number) => 1 + Math.sin(x / 9) * Math.sin(y / 11)
      const gray = (x: number, y: number) => (x < 140 ? 18_000 : 8000) + (x < 140 ? 3000 : spread) * texture(x, y)
      const data = Uint16Array.from({ length: 300 * 400 }, (_, at) => gray(at % 300, Math.floor(at / 300)))
      return extractRoi({ ...image, data }, { ...small, detector: detector() })
    }
    expect(await find(2500)).toMatchObject({
      method: 'full-frame',
      reason: 'yolov5: no box; threshold: what the mask leaves out is not as even as air',
    })
    expect(await find(250)).toMatchObject({ method: 'threshold', reason: 'yolov5: no box', side: 'L' })
  })

  test.each([
    [{ y: 60, height: 70 }, /^threshold's box kept: it holds the detector's, IoU 0\.\d\d$/],
    [{ x: 5, width: 30 }, /^threshold's box kept/],
    [{ width: 75 }, /^$/],
  ])('a box within that of the mask, %j, cuts nothing off it', async (part, reason) => {
    const roi = await extractRoi(image, { ...small, detector: detector(part) })
    expect(roi.box).toEqual((await extractRoi(image, { ...small, method: 'threshold' })).box)
    expect(roi.reason).toMatch(reason)
  })

  test.each([{ y: 0, height: 200 }, { width: 150 }])(
    'a box that reaches far beyond the mask, %j, is kept whole',
    async (part) => {
      const { box, reason } = await extractRoi(image, { ...small, detector: detector(part) })
      expect(box.width * box.height).toBeGreaterThanOrEqual(2 * 100 * 2 * 200)
      expect(reason).toMatch(/^background kept, both boxes joined/)
    },
  )

  test('low scores, small boxes and none fall back to the threshold, with the reason', async () => {
    const reasons = [
      [detector({ score: 0.3 }), 'yolov5: best score 0.300 is below 0.35'],
      [detector({ width: 5, height: 5 }), 'yolov5: best box covers less than 4 % of the frame'],
      [detector(), 'yolov5: no box'],
    ] as const
    for (const [one, reason] of reasons) {
      expect(await extractRoi(image, { ...small, detector: one })).toMatchObject({ method: 'threshold', reason })
    }
    const later = detector({ width: 5, height: 5, score: 0.95 }, {})
    expect(await extractRoi(image, { ...small, detector: later })).toMatchObject({ method: 'yolov5', score: 0.9 })
  })

  test('where nothing works both reasons are named', async () => {
    const black = { ...image, data: new Uint16Array(image.data.length) }
    const reason = 'yolov5: no box; threshold: constant image'
    expect(await extractRoi(black, { ...small, detector: detector() })).toMatchObject({ method: 'full-frame', reason })
  })

  test('a constant or an inverted picture is sent on whole, whatever a detector says', async () => {
    const negative = { ...image, data: image.data.map((value) => 65_535 - value) }
    const whole = { x: 0, y: 0, width: 300, height: 400 }
    for (const [picture, reason] of [
      [{ ...image, data: new Uint16Array(image.data.length) }, 'constant image'],
      [negative, 'inverted: air is brighter than the breast'],
    ] as const) {
      const roi = await extractRoi(picture, { ...small, detector: detector({}) })
      expect(roi).toMatchObject({ method: 'full-frame', reason, score: 0, box: whole })
      expect(await extractRoi(picture, { ...small, method: 'threshold' })).toMatchObject({
        method: 'full-frame',
        reason,
      })
    }
  })

  test('a box without a mask is taken with room on each side, from a score of 0.6 on', async () => {
    const random = randomNumbers(3)
    const noisy = { ...image, data: Uint16Array.from(image.data, () => 20_000 + 9000 * random()) }
    const roi = await extractRoi(noisy, { ...small, detector: detector({}) })
    expect(roi).toMatchObject({ method: 'yolov5', box: { x: 0, y: 25, width: 210, height: 330 }, side: 'L' })
    expect(roi.reason).toMatch(/^background kept, detector alone: /)
    const unsure = await extractRoi(noisy, { ...small, detector: detector({ score: 0.55 }) })
    expect(unsure.method).toBe('full-frame')
    expect(unsure.reason).toMatch(/^yolov5: score 0\.550 is below 0\.6, the least where no mask agrees; threshold: /)
  })

  test('what was detected before is followed as if the detector had been asked now', async () => {
    const none = { detector: detector(), detected: { box, score: 0.9 } }
    expect(await extractRoi(image, { ...small, ...none })).toEqual(
      await extractRoi(image, { ...small, detector: detector({}) }),
    )
    const nothing = { detector: detector({}), detected: { reason: 'no box' } }
    expect(await extractRoi(image, { ...small, ...nothing })).toMatchObject({ reason: 'yolov5: no box' })
  })

  test('without one the shipped model is asked; method threshold asks none', async () => {
    expect(await extractRoi(image, small)).toMatchObject({ method: 'yolov5', reason: '' })
    expect(await extractRoi(image, { ...small, method: 'threshold', detector: detector({}) })).toMatchObject({
      method: 'threshold',
    })
  })
})
