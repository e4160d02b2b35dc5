/** Pictures that are not black around the breast: uneven light, noise, scanned films, negatives. */
import { describe, expect, test } from 'vitest'
import { type BreastMask, breastMask, type GrayImage } from '../../src/index.ts'
import { blur } from '../../src/mask/blur.ts'
import { Separations } from '../../src/mask/separate-breast.ts'
import { fitAir, fitPlane, levelOut } from '../../src/mask/uneven-light.ts'
import { fillRectangle, randomNumbers, syntheticMammogram } from '../synthetic-mammogram.ts'

const sides = ['L', 'R'] as const

function found(image: GrayImage): BreastMask {
  const mask = breastMask(image)
  if ('reason' in mask) throw new Error(mask.reason)
  return mask
}

function shares(mask: BreastMask, truth: Uint8Array): { kept: number; added: number } {
  let [area, kept, added] = [0, 0, 0]
  truth.forEach((inside, at) => {
    area += inside
    if (inside) kept += mask.data[at]
    else added += mask.data[at]
  })
  return { kept: kept / area, added: added / area }
}

function changed(
  { data, width, height }: GrayImage,
  change: (value: number, x: number, y: number) => number,
): GrayImage {
  return {
    width,
    height,
    data: data.map((value, at) => Math.max(0, Math.min(65_535, change(value, at % width, Math.floor(at / width))))),
  }
}

describe.each(sides)('a breast on side %s', (side) => {
  test.each([
    ['across', 1, 0],
    ['back', -1, 0],
    ['down', 0, 1],
    ['aslant', 0.7, -0.7],
  ])('under light that rises by 14 percent of white, %s, keeps 99 and gains at most 2 percent', (_, across, down) => {
    const { image, truth } = syntheticMammogram({ side })
    const lit = changed(image, (value, x, y) => {
      return value + 0.14 * 65_535 * (across * (x / 300 - 0.5) + down * (y / 400 - 0.5) + 0.5)
    })
    const { kept, added } = shares(found(lit), truth)
    expect(kept).toBeGreaterThanOrEqual(0.99)
    expect(added).toBeLessThanOrEqual(0.02)
  })

  test.each([0.02, 0.04])(
    'in noise of %f of white keeps 99 percent, with a margin that adds at most 13',
    (deviation) => {
      const { image, truth } = syntheticMammogram({ side, background: 6000 })
      const random = randomNumbers(5)
      // Twelve uniform numbers have a variance of 1.
      const normal = () => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6)
      const noisy = changed(image, (value) => value + deviation * 65_535 * normal())
      const { kept, added } = shares(found(noisy), truth)
      expect(kept).toBeGreaterThanOrEqual(0.99)
      expect(added).toBeLessThanOrEqual(0.13)
    },
  )

  test('on a film with fog, a clear rim and two white blocks is found without them', () => {
    const { image, truth } = syntheticMammogram({ side, background: 9000 })
    const far = side === 'L' ? 220 : 0
    fillRectangle(image, 0, 0, 300, 12, 30_000)
    fillRectangle(image, 0, 388, 300, 12, 30_000)
    fillRectangle(image, far, 12, 80, 60, 62_000)
    fillRectangle(image, far, 330, 80, 58, 62_000)
    const mask = found(image)
    const { kept, added } = shares(mask, truth)
    expect(kept).toBeGreaterThanOrEqual(0.99)
    expect(added).toBeLessThanOrEqual(0.02)
    expect(mask.side).toBe(side)
  })

  test('on a film between black strips of the scanner is found, not the film', () => {
    const { image, truth } = syntheticMammogram({ side, background: 7000 })
    const scan = { width: 420, height: 400, data: new Uint16Array(420 * 400) }
    const inScan = new Uint8Array(scan.data.length)
    for (let y = 0; y < 400; y++) {
      scan.data.set(image.data.subarray(y * 300, (y + 1) * 300), y * 420 + 60)
      inScan.set(truth.subarray(y * 300, (y + 1) * 300), y * 420 + 60)
    }
    const { kept, added } = shares(found(scan), inScan)
    expect(kept).toBeGreaterThanOrEqual(0.99)
    expect(added).toBeLessThanOrEqual(0.02)
  })

  test('on a film is found beside a strip of light on which a plate lies', () => {
    const { image, truth } = syntheticMammogram({ side, background: 3000 })
    fillRectangle(image, side === 'L' ? 260 : 0, 0, 40, 400, 65_535)
    fillRectangle(image, side === 'L' ? 220 : 0, 340, 80, 60, 62_000)
    const { kept, added } = shares(found(image), truth)
    expect(kept).toBeGreaterThanOrEqual(0.99)
    expect(added).toBeLessThanOrEqual(0.02)
  })

  test('in a negative is not looked for, with an implant as dark as its air is bright neither', () => {
    const random = randomNumbers(6)
    const { image } = syntheticMammogram()
    const implanted = changed(image, (_, x, y) => {
      const u = side === 'L' ? x : 299 - x
      if (Math.hypot(u / 160, (y - 200) / 165) < 1) return 65_000 - 4000 * random()
      return Math.hypot(u / 240, (y - 200) / 190) < 1 ? 15_000 + 15_000 * random() : 800 + 150 * random()
    })
    expect(breastMask(implanted)).toHaveProperty('box')
    expect(breastMask(changed(implanted, (value) => 65_535 - value))).toMatchObject({ isCertain: true })
  })

  test('in a negative is not looked for', () => {
    for (const background of [0, 800, 9000]) {
      const { image } = syntheticMammogram({ side, background })
      const negative = changed(image, (value) => 65_535 - value)
      expect(breastMask(negative)).toMatchObject({
        reason: 'inverted: air is brighter than the breast',
        isCertain: true,
      })
    }
  })
})

test('what a higher threshold drops is bare film where it is even and broad, and skin where it is a band', () => {
  const random = randomNumbers(4)
  const [width, height] = [300, 400]
  const picture = (bandWidth: number) => ({
    width,
    height,
    data: Uint16Array.from({ length: width * height }, (_, at) => {
      const x = at % width
      if (x < 150) return 12_000 + 15_000 * random()
      return x < 150 + bandWidth ? 6000 - (x - 150) * 10 : 4000 + 60 * random()
    }),
  })
  const first = (bandWidth: number) => new Separations(picture(bandWidth), [4500, 8000], 3.2, undefined).first()
  expect(first(15).area).toBe(165 * height)
  expect(first(100).area).toBe(150 * height)
})

test('a plane through air leaves its slope out, tissue and all', () => {
  const { image, truth } = syntheticMammogram({ background: 0 })
  const lit = changed(image, (value, x, y) => value + 20 * x + 10 * y)
  const plane = fitAir(lit, (at) => truth[at] === 0)!
  expect(plane.across).toBeCloseTo(20, 0)
  expect(plane.down).toBeCloseTo(10, 0)
  expect(plane.rise).toBeCloseTo(20 * 300 + 10 * 400, -2)
  const level = levelOut(lit, plane)
  for (const at of [30_299, 119_999, 299]) expect(Math.abs(level.data[at] - image.data[at])).toBeLessThan(200)
})

test('a plane through one column has no slope, and one through next to nothing is none', () => {
  const { image } = syntheticMammogram()
  expect(fitPlane(image, (at) => at % 300 === 2)).toMatchObject({ across: 0, down: 0 })
  expect(fitPlane(image, (at) => at < 500)).toBeUndefined()
})

test.each([1, 2, 5])('a blur of radius %i is the mean of its square within the frame', (radius) => {
  const random = randomNumbers(2)
  const [width, height] = [13, 9]
  const data = Uint16Array.from({ length: width * height }, () => 65_535 * random())
  const { data: blurred } = blur({ data, width, height }, radius)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [sum, count] = [0, 0]
      for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
        for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
          sum += data[v * width + u]
          count++
        }
      }
      expect(blurred[y * width + x]).toBe(Math.round(sum / count))
    }
  }
})
