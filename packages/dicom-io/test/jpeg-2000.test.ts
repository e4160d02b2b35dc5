import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { DecodedFrame } from '../src/codecs/codec.ts'
import { readReversible } from '../src/codecs/jpeg-2000/decode-reversible.ts'
import { decodeJpeg2000 } from '../src/codecs/jpeg-2000.ts'
import { DicomError } from '../src/index.ts'

const [, ...lines] = readFileSync(new URL('./fixtures/jpeg-2000.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')

const recorded = lines.map((line) => {
  const [, quoted, plain, rest] = /^(?:"([^"]*)"|([^,]*)),(.*)$/.exec(line)!
  const [width, height, components, bits, signed, codestream, hashes] = rest!.split(',')
  return {
    options: (quoted ?? plain)!,
    bytes: new Uint8Array(Buffer.from(codestream!, 'base64')),
    bits: Number(bits),
    signed: signed === '1',
    shape: {
      rows: Number(height),
      columns: Number(width),
      samplesPerPixel: Number(components),
      bitsAllocated: Number(bits) > 8 ? 16 : 8,
      bitsStored: Number(bits),
      photometricInterpretation: 'MONOCHROME2',
    },
    hashes: hashes!.split(' '),
  }
})

function hashOf({ samples: { buffer } }: DecodedFrame): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer as ArrayBuffer))
    .digest('hex')
    .slice(0, 32)
}

test.each(recorded)(
  '$options: $bits bits, $shape.columns x $shape.rows x $shape.samplesPerPixel, equals OpenJPEG at every level',
  async (file) => {
    expect(readReversible(file.bytes)).toBeDefined()
    for (const [level, hash] of file.hashes.entries()) {
      const frame = await decodeJpeg2000(file.bytes, file.shape, level)
      expect(hashOf(frame), `level ${level}`).toBe(hash)
      expect(frame).toMatchObject({ precision: file.bits, signed: file.signed, resolutionLevel: level })
    }
  },
)

describe('what our decoder leaves to OpenJPEG', () => {
  const { bytes } = recorded[0]!
  const find = (marker: number) => bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === marker)
  const [coding, quantization, tilePart] = [find(0x52), find(0x5c), find(0x90)]

  function patch(at: number, value: number): Uint8Array {
    const patched = bytes.slice()
    patched[at] = value
    return patched
  }

  test.each([
    ['the irreversible wavelet', patch(coding + 13, 0)],
    ['blocks that bypass the arithmetic decoder', patch(coding + 12, 1)],
    ['contexts that are reset', patch(coding + 12, 2)],
    ['quantization', patch(quantization + 4, 0x42)],
    ['more than 30 bit planes', patch(quantization + 5, 31 << 3)],
  ])('%s', (_, codestream) => {
    expect(readReversible(bytes)).toBeDefined()
    expect(readReversible(codestream)).toBeUndefined()
  })

  test.each([
    ['a component coded in another way', 0x53],
    ['a component quantized in another way', 0x5d],
    ['a region of interest', 0x5e],
    ['a change of progression', 0x5f],
    ['packed packet headers', 0x60],
    ['a second COD', 0x52],
  ])('%s, in the main header', (_, marker) => {
    const segment = [0xff, marker, 0, 4, 0, 0]
    const codestream = Uint8Array.from([...bytes.subarray(0, tilePart), ...segment, ...bytes.subarray(tilePart)])
    expect(readReversible(codestream)).toBeUndefined()
  })

  test.each([
    ['another coding', 0x52],
    ['a change of progression', 0x5f],
    ['packed packet headers', 0x61],
  ])('%s, in the header of a tile-part', (_, marker) => {
    const start = tilePart + 12
    const segment = [0xff, marker, 0, 4, 0, 0]
    const codestream = Uint8Array.from([...bytes.subarray(0, start), ...segment, ...bytes.subarray(start)])
    const length = new DataView(codestream.buffer)
    length.setUint32(tilePart + 6, length.getUint32(tilePart + 6) + segment.length)
    expect(readReversible(codestream)).toBeUndefined()
  })
})

test('a codestream that is cut, or that lacks one to four bytes behind its main header, is refused', async () => {
  for (const { bytes, shape } of recorded.slice(0, 10)) {
    const header = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0x90]))
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = [bytes.slice(0, at)]
      const lost = 1 + (at % 4)
      if (at > header && at + lost + 2 <= bytes.length)
        damaged.push(Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + lost)]))
      for (const codestream of damaged) await expect(decodeJpeg2000(codestream, shape, 0)).rejects.toThrow(DicomError)
    }
  }
})
