import { expect, test } from 'vitest'
import { type Element, encapsulatedPixelData, nativePixelData, writePart10 } from '../src/part10-writer.ts'
import { readPart10 } from './part10-reader.ts'

const meta: Element[] = [{ tag: 0x00020010, vr: 'UI', value: '1.2.840.10008.1.2.1' }]

test('elements come in the order of their tags, padded to even length, strings joined by backslashes', () => {
  const bytes = writePart10(meta, [
    nativePixelData(Uint16Array.of(1, 513)),
    { tag: 0x00280010, vr: 'US', value: 300 },
    { tag: 0x00281050, vr: 'DS', value: ['10', '200'] },
    { tag: 0x00100020, vr: 'LO', value: '123' },
  ])
  const file = readPart10(bytes)
  expect(file.tags).toEqual([0x00020000, 0x00020010, 0x00100020, 0x00280010, 0x00281050, 0x7fe00010])
  expect(file.text(0x00100020)).toBe('123')
  expect(file.text(0x00281050)).toBe('10\\200')
  expect(file.uint16(0x00280010)).toBe(300)
  expect([...file.frame]).toEqual([1, 0, 1, 2])
})

test('the group length counts the bytes of the meta group after itself', () => {
  const bytes = writePart10(meta, [])
  expect(new DataView(bytes.buffer).getUint32(140, true)).toBe(bytes.length - 144)
})

test('a compressed frame of odd length is padded in its fragment', () => {
  const file = readPart10(writePart10(meta, [encapsulatedPixelData(Uint8Array.of(1, 2, 3))]))
  expect([...file.frame]).toEqual([1, 2, 3, 0])
})
