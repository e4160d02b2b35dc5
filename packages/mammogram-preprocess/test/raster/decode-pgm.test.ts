import { describe, expect, test } from 'vitest'
import { decodePgm } from '../../src/raster/decode-pgm.ts'

const bytes = (text: string, ...values: number[]) => Uint8Array.of(...new TextEncoder().encode(text), ...values)

describe('decodePgm', () => {
  test('reads one byte a value up to 255 and two above, the high one first', () => {
    expect(decodePgm(bytes('P5 2 1 255\n', 7, 250))).toEqual({
      data: Uint8Array.of(7, 250),
      width: 2,
      height: 1,
      channels: 1,
      white: 255,
    })
    expect(decodePgm(bytes('P5 2 1 256\n', 1, 0, 0, 3)).data).toEqual(Uint16Array.of(256, 3))
  })

  test('reads comments wherever a number may begin, and any white space', () => {
    expect(decodePgm(bytes('P2#a\n2 # b\r\n\t1\n#c\n 9 1#d\n 2')).data).toEqual(Uint8Array.of(1, 2))
    expect(decodePgm(bytes('P5\r2\n1\t255 ', 35, 10)).data).toEqual(Uint8Array.of(35, 10))
  })

  test.each([
    ['P5 2 1 255\n', 'Expected 2 values'],
    ['P5 0 1 255\n', 'sides of 1 or more'],
    ['P5 2 1 0\n', 'sides of 1 or more'],
    ['P5 2 1 70000\n', 'a largest value of 1 to 65535'],
    ['P5 99999 99999 255\n', 'at most 67108864 pixels'],
    ['P5 9999999999 9999999999 255\n', 'at most 67108864 pixels'],
    ['P5 99999999999 1 255\n', 'a number for width'],
    ['P5 -2 1 255\n', 'a number for width'],
    ['P5 2', 'a number for height in a PGM file but received the end of the file'],
    ['P5', 'a number for width in a PGM file but received the end of the file'],
    ['P2 9999 5000 255 1 2', 'Expected 49995000 values'],
    ['P2 2 1 9 1 10', 'values up to 9'],
    ['P2 2 1 9 1 x', 'a number for value 2 of 2'],
    ['P2 1 1 9 1 P2 1 1 9 1', 'one image in a PGM file but received several'],
  ])('%j is an error that says what is wrong', (text, message) => {
    expect(() => decodePgm(bytes(text))).toThrow(message)
  })

  test('values above the largest are an error', () => {
    expect(() => decodePgm(bytes('P5 2 1 100\n', 7, 250))).toThrow('values up to 100')
  })
})
