import { promisify } from 'node:util'
import { constants, crc32, deflate } from 'node:zlib'
import type { GrayImage } from '@mammokit/roi-detector'

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const compress = promisify(deflate)

/**
 * Encodes uint16 [height * width] as a PNG with one 16-bit channel; equal images give equal bytes.
 *
 * Samples are stored as differences from the one before (filter 1), and only runs are searched for: neither a mammogram's noise nor its
 * black repeats in another way, and files are smaller than by a search for matches, in half the time.
 *
 * Reference: Portable Network Graphics (PNG) Specification, Third Edition, sections 5, 9.2 and 11.2.
 *
 * @example
 * await writeFile('image.png', await encodeGrayPng({ data: new Uint16Array(524288), width: 512, height: 1024 }))
 */
export async function encodeGrayPng(image: GrayImage): Promise<Uint8Array> {
  const { width, height } = image
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, height)
  // 16 bits of gray; compression, filters and order are the only ones that there are.
  header.setUint32(8, 0x1000_0000)
  const rows = subtractLeft(image)
  // Room for all of it: for each piece of 16 KB the compressor would come back from its thread.
  const chunkSize = Math.max(constants.Z_MIN_CHUNK, rows.length)
  const pixels = await compress(rows, { level: 1, strategy: constants.Z_RLE, chunkSize })
  return Buffer.concat([
    signature,
    ...chunk('IHDR', new Uint8Array(header.buffer)),
    ...chunk('IDAT', pixels),
    ...chunk('IEND', new Uint8Array(0)),
  ])
}

/** Rows of big-endian samples, each byte less that of the sample on its left, behind the number of this filter. */
function subtractLeft({ data, width, height }: GrayImage): Uint8Array {
  const bytes = new Uint8Array((2 * width + 1) * height)
  let at = 0
  for (let y = 0, from = 0; y < height; y++) {
    bytes[at++] = 1
    let left = 0
    for (const end = from + width; from < end; from++) {
      const sample = data[from]
      bytes[at++] = (sample >> 8) - (left >> 8)
      bytes[at++] = sample - left
      left = sample
    }
  }
  return bytes
}

function chunk(type: string, data: Uint8Array): Uint8Array[] {
  const name = Buffer.from(type, 'latin1')
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(data, crc32(name)))
  return [length, name, data, check]
}
