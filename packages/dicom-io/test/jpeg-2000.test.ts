import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readReversible } from '../src/codecs/jpeg-2000/decode-reversible.ts'
import { decodeJpeg2000 } from '../src/codecs/jpeg-2000.ts'

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

test.each(recorded)(
  '$options: $bits bits, $shape.columns x $shape.rows x $shape.samplesPerPixel, equals OpenJPEG at every level',
  async (file) => {
    expect(readReversible(file.bytes)).toBeDefined()
    for (const [level, hash] of file.hashes.entries()) {
      const frame = await decodeJpeg2000(file.bytes, file.shape, level)
      const { buffer } = frame.samples
      expect(createHash('sha256').update(new Uint8Array(buffer)).digest('hex').slice(0, 32), `level ${level}`).toBe(
        hash,
      )
      expect(frame).toMatchObject({ precision: file.bits, signed: file.signed, resolutionLevel: level })
    }
  },
)
