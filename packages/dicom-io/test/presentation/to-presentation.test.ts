import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DicomHeader, type LookupTable, type StoredFrame, toPresentation } from '../../src/index.ts'

interface Case {
  readonly bits: number
  readonly signed: 0 | 1
  readonly slope?: number
  readonly intercept?: number
  readonly center?: number
  readonly width?: number
  readonly function?: string
  readonly modalityLut?: { firstMapped: number; bits: number; entries: number[] }
  readonly voiLut?: { firstMapped: number; bits: number; entries: number[] }
  readonly stored: number[]
  readonly gray: number[]
}

const fixture = new URL('../fixtures/presentations.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: Case[] }

type Facts = Partial<DicomHeader>

function headerOf(facts: Facts): DicomHeader {
  return { photometricInterpretation: 'MONOCHROME2', warnings: [], ...facts } as unknown as DicomHeader
}

function frameOf(stored: readonly number[], bits: number, signed = false): StoredFrame {
  const array = bits <= 8 ? (signed ? Int8Array : Uint8Array) : signed ? Int16Array : Uint16Array
  const shape = { width: stored.length, height: 1, bits, signed, channels: 1, resolutionLevel: 0 } as const
  return { ...shape, data: array.from(stored) }
}

function table(raw: Case['voiLut']): LookupTable | undefined {
  return raw && { ...raw, entries: Uint16Array.from(raw.entries) }
}

function headerOfCase(one: Case): DicomHeader {
  const modalityLut = table(one.modalityLut)
  const voiLut = table(one.voiLut)
  return headerOf({
    ...(one.slope === undefined ? {} : { rescaleSlope: one.slope, rescaleIntercept: one.intercept! }),
    ...(one.center === undefined ? {} : { windowCenter: [one.center], windowWidth: [one.width!] }),
    ...(one.function === undefined ? {} : { voiLutFunction: one.function }),
    ...(modalityLut === undefined ? {} : { modalityLut }),
    ...(voiLut === undefined ? {} : { voiLuts: [voiLut] }),
  })
}

function farthest(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  return Array.from(expected).reduce((worst, value, at) => Math.max(worst, Math.abs(value - values[at]!)), 0)
}

describe("matches pydicom's apply_modality_lut and apply_voi_lut, |delta| <= 1 of 65,535", () => {
  const kindOf = (one: Case) => one.function ?? (one.modalityLut ? 'modality and VOI LUT' : 'VOI LUT')
  test.each([...new Set(cases.map(kindOf))])('%s', (kind) => {
    const group = cases.filter((one) => kindOf(one) === kind)
    expect(group.length).toBeGreaterThanOrEqual(18)
    for (const one of group) {
      const { data } = toPresentation(frameOf(one.stored, one.bits, one.signed === 1), headerOfCase(one))
      expect(farthest(data, one.gray), JSON.stringify({ ...one, stored: 0, gray: 0 })).toBeLessThanOrEqual(1)
    }
  })

  test('inverted for MONOCHROME1 and for Presentation LUT Shape INVERSE, once for both', () => {
    for (const one of cases.filter((_, index) => index % 20 === 0)) {
      const inverse = one.gray.map((level) => 65_535 - level)
      for (const facts of [
        { photometricInterpretation: 'MONOCHROME1' },
        { presentationLutShape: 'INVERSE' },
        { photometricInterpretation: 'MONOCHROME1', presentationLutShape: 'INVERSE' },
      ]) {
        const header = { ...headerOfCase(one), ...facts }
        const { data } = toPresentation(frameOf(one.stored, one.bits, one.signed === 1), header)
        expect(farthest(data, inverse)).toBeLessThanOrEqual(1)
      }
    }
  })

  test('in 8 bits, |delta| <= 1 of 255', () => {
    for (const one of cases.filter((_, index) => index % 20 === 0)) {
      const options = { bits: 8 } as const
      const { data, bits } = toPresentation(frameOf(one.stored, one.bits, one.signed === 1), headerOfCase(one), options)
      expect(bits).toBe(8)
      expect(
        farthest(
          data,
          one.gray.map((level) => level / 257),
        ),
      ).toBeLessThanOrEqual(1)
    }
  })
})

describe('choice of window', () => {
  const header = headerOf({
    windowCenter: [100, 200],
    windowWidth: [10, 20],
    windowCenterWidthExplanation: ['NORMAL', 'HARDER'],
  })
  const frame = frameOf([94, 105, 195, 209], 12)

  test('by index and by explanation', () => {
    expect([...toPresentation(frame, header).data].map((level) => level > 0)).toEqual([false, true, true, true])
    const second = [...toPresentation(frame, header, { window: 1 }).data]
    expect(second.map((level) => level > 0)).toEqual([false, false, true, true])
    expect([...toPresentation(frame, header, { window: 'HARDER' }).data]).toEqual(second)
  })

  test('a window that is not there is an invalid argument that lists those that are', () => {
    const invalid = { code: 'invalid-argument', name: 'DicomError' }
    expect(() => toPresentation(frame, header, { window: 2 })).toThrow(expect.objectContaining(invalid))
    expect(() => toPresentation(frame, header, { window: 'SOFT' })).toThrow('"NORMAL", "HARDER"')
    expect(() => toPresentation(frame, header, { window: -1 })).toThrow(expect.objectContaining(invalid))
  })

  test('of an image without any, only the first may be asked for: it spans its own values', () => {
    const plain = headerOf({})
    expect(toPresentation(frame, plain, { window: 0 })).toEqual(toPresentation(frame, plain))
    for (const window of [1, 'NORMAL', Number.NaN]) {
      expect(() => toPresentation(frame, plain, { window })).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      )
    }
  })

  test('a VOI LUT whose entries exceed its bits is an invalid header: its white is not known', () => {
    const lut = { firstMapped: 0, bits: 12, entries: Uint16Array.of(0, 4096) }
    const facts = {
      code: 'invalid-header',
      message: 'Expected entries of 12 bits in the VOI LUT but received 4096. The header is damaged.',
    }
    expect(() => toPresentation(frame, headerOf({ voiLuts: [lut] }))).toThrow(expect.objectContaining(facts))
  })

  test('VOI LUTs come before windows', () => {
    const lut = { firstMapped: 0, bits: 8, entries: Uint16Array.of(255), explanation: 'WHITE' }
    const both = headerOf({ ...header, voiLuts: [lut] })
    expect([...toPresentation(frame, both).data]).toEqual([65_535, 65_535, 65_535, 65_535])
    expect([...toPresentation(frame, both, { window: 'WHITE' }).data]).toEqual([65_535, 65_535, 65_535, 65_535])
  })

  test('an unknown function and a width that the standard forbids are errors', () => {
    for (const facts of [
      { voiLutFunction: 'CUBIC' },
      { windowWidth: [0, 0] },
      { windowWidth: [Number.NaN, 1] },
      { windowCenter: [Number.NaN, 1] },
      { voiLutFunction: 'SIGMOID', windowWidth: [0, 1] },
    ]) {
      expect(() => toPresentation(frame, headerOf({ ...header, ...facts }))).toThrow(
        expect.objectContaining({ code: 'invalid-header' }),
      )
    }
  })
})

describe('without any window', () => {
  test('an image spans its own smallest to largest value', () => {
    const { data } = toPresentation(frameOf([100, 200, 300], 12), headerOf({}))
    expect([...data]).toEqual([0, 32_768, 65_535])
  })

  test('signed values and negative slopes keep their order', () => {
    const frame = frameOf([-100, 0, 100], 12, true)
    expect([...toPresentation(frame, headerOf({})).data]).toEqual([0, 32_768, 65_535])
    const negative = headerOf({ rescaleSlope: -2, rescaleIntercept: 7 })
    expect([...toPresentation(frame, negative).data]).toEqual([65_535, 32_768, 0])
  })

  test('an image of one value is black, or white where it is inverted', () => {
    expect([...toPresentation(frameOf([7, 7], 12), headerOf({})).data]).toEqual([0, 0])
    const inverse = headerOf({ photometricInterpretation: 'MONOCHROME1' })
    expect([...toPresentation(frameOf([7, 7], 12), inverse).data]).toEqual([65_535, 65_535])
  })
})

describe('padding', () => {
  test('is black, inverted or not, and out of the range of the image', () => {
    const frame = frameOf([0, 100, 300, 4095], 12)
    const padded = headerOf({ pixelPaddingValue: 0, pixelPaddingRangeLimit: 50 })
    expect([...toPresentation(frame, padded).data]).toEqual([0, 0, Math.round((200 / 3995) * 65_535), 65_535])
    const inverse = { ...padded, pixelPaddingValue: 4095, pixelPaddingRangeLimit: 4000 }
    const levels = toPresentation(frame, { ...inverse, photometricInterpretation: 'MONOCHROME1' }).data
    expect([...levels]).toEqual([65_535, Math.round((200 / 300) * 65_535), 0, 0])
  })

  test('is compared with stored values, not with rescaled ones', () => {
    const header = headerOf({ pixelPaddingValue: -2000, rescaleSlope: 1, rescaleIntercept: 2000 })
    const { data } = toPresentation(frameOf([-2000, 0, 1000], 16, true), header)
    expect([...data]).toEqual([0, 0, 65_535])
  })

  test('an image of padding alone is black', () => {
    expect([...toPresentation(frameOf([5, 5], 12), headerOf({ pixelPaddingValue: 5 })).data]).toEqual([0, 0])
  })
})

describe('laws', () => {
  test('values above Bits Stored are as white as the window makes them', () => {
    const header = headerOf({ windowCenter: [2048], windowWidth: [4096] })
    for (const at of [0, 3, 4, 5]) {
      const stored = [0, 1, 2, 3, 4, 4095].with(at, 5000)
      const { data } = toPresentation(frameOf(stored, 12), header)
      expect([...data]).toEqual(stored.map((value) => Math.round((Math.min(value, 4095) / 4095) * 65_535)))
    }
  })

  test('every function keeps the order of the values', () => {
    const settings = fc.record({
      center: fc.double({ min: -5000, max: 70_000, noNaN: true }),
      width: fc.double({ min: 1, max: 70_000, noNaN: true }),
      name: fc.constantFrom('LINEAR', 'LINEAR_EXACT', 'SIGMOID'),
      stored: fc.uint16Array({ minLength: 2, maxLength: 50 }),
    })
    fc.assert(
      fc.property(settings, ({ center, width, name, stored }) => {
        const header = headerOf({ windowCenter: [center], windowWidth: [width], voiLutFunction: name })
        const { data } = toPresentation(
          frameOf(
            [...stored].sort((a, b) => a - b),
            16,
          ),
          header,
        )
        expect([...data]).toEqual([...data].sort((a, b) => a - b))
      }),
    )
  })

  test('32-bit values take the same way', () => {
    const frame = { ...frameOf([0], 16), data: Uint32Array.of(1000, 1_000_000, 2_000_000), width: 3, bits: 32 }
    expect([...toPresentation(frame, headerOf({})).data]).toEqual([0, Math.round((999 / 1999) * 65_535), 65_535])
  })

  test('gray levels that are written over the stored values are the same, those above Bits Stored too', () => {
    const stored = Array.from({ length: 100_003 }, (_, at) => (at < 100_000 ? (at * 7) % 4096 : 5000 + at - 100_000))
    for (const signed of [false, true]) {
      const header = headerOf({ windowCenter: [2048], windowWidth: [9000] })
      const frame = frameOf(stored, 12, signed)
      const { data } = toPresentation(frame, header)
      expect([...frame.data]).toEqual(stored)
      const over = toPresentation(frame, header, { overwrite: true })
      expect(over.data).toEqual(data)
      expect(over.data.buffer).toBe(frame.data.buffer)
    }
    const bytes = frameOf([1, 2, 3], 8)
    expect(toPresentation(bytes, headerOf({}), { overwrite: true }).data.buffer).not.toBe(bytes.data.buffer)
  })

  test('colors and other bits are refused', () => {
    const color = { ...frameOf([1, 2, 3], 8), channels: 3 } as const
    expect(() => toPresentation(color, headerOf({}))).toThrow(expect.objectContaining({ code: 'unsupported' }))
    expect(() => toPresentation(frameOf([1], 8), headerOf({}), { bits: 12 as 8 })).toThrow('Expected 8 or 16 for bits')
  })
})
