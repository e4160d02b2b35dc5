import { describe, expect, test } from 'vitest'
import { type BitMask, countBits, toBits, toMask } from '../../src/mask/bit-mask.ts'
import { regrow } from '../../src/mask/regrow.ts'
import { fillRectangle, randomNumbers } from '../synthetic-mammogram.ts'

const [width, height] = [200, 300]

/** Tissue in columns 0 to 99, skin that fades from 4800 to 1600 in the columns beyond, then air of 1000. */
function picture(skin = 8) {
  const random = randomNumbers(3)
  const data = Uint16Array.from({ length: width * height }, (_, at) => {
    const x = at % width
    return (x < 100 ? 20_000 : x < 100 + skin ? 4800 - (3200 * (x - 100)) / (skin - 1) : 1000) + 100 * random()
  })
  const mask = { data: Uint8Array.from(data, (_, at) => (at % width < 100 ? 1 : 0)), width, height }
  const bits = toBits(mask)
  return { image: { data, width, height }, found: { mask, bits, area: countBits(bits), threshold: 5000 } }
}

const rowOf = (bits: BitMask, y: number) => toMask(bits).data.subarray(y * width, (y + 1) * width)

describe('regrow', () => {
  test('follows skin that is dimmer than the threshold to its end', () => {
    const { image, found } = picture()
    const grown = regrow(image, found, 18, 2.4)
    for (const y of [20, 150, 280]) expect(rowOf(grown, y).lastIndexOf(1)).toBe(107)
  })

  test('not beyond its reach', () => {
    const { image, found } = picture()
    expect(rowOf(regrow(image, found, 4, 2.4), 150).lastIndexOf(1)).toBe(103)
  })

  test('leaves out what is brighter than the threshold, such as a marker in the skin, and blocks', () => {
    const { image, found } = picture()
    fillRectangle(image, 102, 100, 40, 40, 60_000)
    const data = new Uint8Array(width * height)
    data.fill(1, 200 * width)
    const grown = regrow(image, found, 18, 2.4, { data, width, height })
    expect(rowOf(grown, 120).lastIndexOf(1)).toBeLessThan(102)
    expect(rowOf(grown, 250).lastIndexOf(1)).toBe(99)
    expect(rowOf(grown, 50).lastIndexOf(1)).toBe(107)
  })

  test('takes the mask as it is where it would grow by more than a quarter, or where nothing is dimmer than its threshold', () => {
    const wide = picture(40)
    expect(regrow(wide.image, wide.found, 40, 2.4)).toBe(wide.found.bits)
    const { image, found } = picture()
    expect(regrow(image, { ...found, threshold: 1300 }, 18, 2.4)).toBe(found.bits)
    expect(regrow(image, { ...found, threshold: 900 }, 18, 2.4)).toBe(found.bits)
  })
})
