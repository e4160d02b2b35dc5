import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import * as browser from '../src/inflate-raw.browser.ts'
import * as node from '../src/inflate-raw.ts'

const plain = Uint8Array.from({ length: 100_000 }, (_, at) => (at * at) >> 7)
const deflated = Uint8Array.from(deflateRawSync(plain))

describe.each([
  ['Node', node],
  ['a page', browser],
])('in %s', (_, { inflateRaw }) => {
  test('inflates what zlib deflated, of any length, and ignores what follows', () => {
    for (const length of [0, 1, 16_383, 16_384, 100_000]) {
      const part = plain.subarray(0, length)
      const padded = Uint8Array.from([...deflateRawSync(part), 0])
      expect(inflateRaw(padded, length + 1)).toEqual(part)
    }
    expect(inflateRaw(Uint8Array.from([...deflated, ...plain]), plain.length)).toEqual(plain)
  })

  test('throws a RangeError where more comes out than the cap, without holding it', () => {
    expect(() => inflateRaw(deflated, plain.length - 1)).toThrow(RangeError)
    const bomb = Uint8Array.from(deflateRawSync(new Uint8Array(2 ** 28)))
    const before = process.memoryUsage().arrayBuffers
    expect(() => inflateRaw(bomb, 1000)).toThrow(RangeError)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26)
  })

  test('throws another error where the data end early or are damaged', () => {
    const cut = Array.from({ length: 300 }, (_, at) => deflated.subarray(0, Math.floor((deflated.length * at) / 300)))
    const errors = [...cut, deflated.subarray(0, -1), Uint8Array.of(7, 1, 2, 3)].map((damaged) => {
      try {
        return inflateRaw(damaged, plain.length)
      } catch (error) {
        return error
      }
    })
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error)
      expect(error).not.toBeInstanceOf(RangeError)
    }
  })
})
