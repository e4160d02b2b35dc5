import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { DecodedFrame, FrameArea, FrameShape } from '../../src/codecs/codec.ts'
import { readCodestream } from '../../src/codecs/jpeg-2000/decode-codestream.ts'
import { decodeJpeg2000 } from '../../src/codecs/jpeg-2000.ts'
import { DicomError, readDicom } from '../../src/index.ts'
import { encodeJpeg2000, type FrameSpec } from '../encode-frames.ts'
import { random } from '../random.ts'

const linesOf = (file: string) =>
  readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)

const recorded = [...linesOf('jpeg-2000.csv'), ...linesOf('jpeg-2000-irreversible.csv')].map((line) => {
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
    expect(readCodestream(file.bytes)).toBeDefined()
    for (const [level, hash] of file.hashes.entries()) {
      const frame = await decodeJpeg2000(file.bytes, file.shape, level)
      expect(hashOf(frame), `level ${level}`).toBe(hash)
      expect(frame).toMatchObject({ precision: file.bits, signed: file.signed, resolutionLevel: level })
    }
  },
)

describe('a part of a frame', () => {
  const draw = random(7)

  test.each(recorded)('$options: equals that part of the whole, at every level', async ({ bytes, shape, hashes }) => {
    for (const level of hashes.keys()) {
      const whole = await decodeJpeg2000(bytes, shape, level)
      for (let round = 0; round < 2; round++) {
        const [x0, y0] = [draw(whole.width), draw(whole.height)]
        const region = { x0, y0, x1: x0 + 1 + draw(whole.width - x0), y1: y0 + 1 + draw(whole.height - y0) }
        const part = await decodeJpeg2000(bytes, shape, level, region)
        expect(part.isRegion).toBe(true)
        expect(part.samples, JSON.stringify({ level, region })).toEqual(cut(whole, region))
      }
    }
  })

  function cut({ samples, width, components }: DecodedFrame, { x0, y0, x1, y1 }: FrameArea) {
    const rows = Array.from({ length: y1 - y0 }, (_, row) => (y0 + row) * width)
    const parts = rows.map((row) => [...samples.subarray((row + x0) * components, (row + x1) * components)])
    return (samples.constructor as Uint16ArrayConstructor).from(parts.flat())
  }
})

describe('an irreversible image with damage in its code-blocks', () => {
  test('is decoded here and not by OpenJPEG, which is slow with it', async () => {
    const spec = { width: 256, height: 192, bits: 12 }
    const bytes = await encodeJpeg2000(noise(spec), spec, false)
    const text = new TextEncoder().encode('1.2.840.113619.2.55.3.2831868886'.repeat(18))
    bytes.set(text, Math.floor(0.6 * bytes.length))
    const whole = await decodeJpeg2000(bytes, shapeOf(spec), 0)
    expect(readCodestream(bytes)).toBeDefined()
    expect(whole.samples).toHaveLength(256 * 192)
  })

  const file = `${process.env.MAMMOKIT_TEST_DATA}/faults/dicom/slow_to_refuse.dcm`
  test.skipIf(!existsSync(file))(
    'MAMMOKIT_TEST_DATA/faults/dicom/slow_to_refuse.dcm (14.3 million pixels) has the values of pydicom',
    async () => {
      const { decodeFrame } = await readDicom(file)
      const { data } = await decodeFrame()
      const hash = createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex')
      expect(hash.slice(0, 32)).toBe('c977a221e177d24c5626f5aee7fbfa56')
    },
  )
})

function noise({ width, height, bits }: FrameSpec): Uint16Array {
  const draw = random(3)
  return Uint16Array.from({ length: width * height }, (_, at) => ((at % width) + draw(200)) & (2 ** bits - 1))
}

function shapeOf({ width, height, bits }: FrameSpec): FrameShape {
  return { ...recorded[0]!.shape, rows: height, columns: width, bitsAllocated: 16, bitsStored: bits }
}

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
    ['the irreversible wavelet without quantization', patch(coding + 13, 0)],
    ['an unknown wavelet', patch(coding + 13, 2)],
    ['blocks that bypass the arithmetic decoder', patch(coding + 12, 1)],
    ['contexts that are reset', patch(coding + 12, 2)],
    ['the reversible wavelet with quantization', patch(quantization + 4, 0x42)],
    ['more than 30 bit planes', patch(quantization + 5, 31 << 3)],
  ])('%s', (_, codestream) => {
    expect(readCodestream(bytes)).toBeDefined()
    expect(readCodestream(codestream)).toBeUndefined()
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
    expect(readCodestream(codestream)).toBeUndefined()
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
    expect(readCodestream(codestream)).toBeUndefined()
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
