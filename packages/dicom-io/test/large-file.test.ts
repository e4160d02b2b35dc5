/** Files above 2 GiB, which Node does not read whole: they are sparse here, and take no room on the disk. */
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readDicom } from '../src/index.ts'
import { buildDicom, imageElements, samplesToBytes } from './build-dicom.ts'
import { encodeJpegLossless } from './encode-jpeg-lossless.ts'

const folder = mkdtempSync(join(tmpdir(), 'dicom-io-large-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes parts of a file at their offsets, and nothing between them. */
function writeSparse(
  name: string,
  size: number,
  parts: readonly (readonly [offset: number, bytes: Uint8Array])[],
): string {
  const path = join(folder, name)
  const file = openSync(path, 'w')
  ftruncateSync(file, size)
  for (const [offset, bytes] of parts) writeSync(file, bytes, 0, bytes.length, offset)
  closeSync(file)
  return path
}

function tagAndLength(tag: number, length: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(tag, length).buffer)
}

const item = 0xe000_fffe
const delimiter = 0xe0dd_fffe

test('one of 150 native frames in 2.3 GiB is read by its path, in the memory of one frame', async () => {
  const [rows, columns, frames] = [4096, 2048, 150]
  const frameBytes = rows * columns * 2
  const start = buildDicom(imageElements(rows, columns, { '00280008 IS': `${frames}` }), {
    pixelData: new Uint8Array(0),
  })
  new DataView(start.buffer).setUint32(start.length - 4, frameBytes * frames, true)
  const path = writeSparse('native.dcm', start.length + frameBytes * frames, [
    [0, start],
    [start.length + frameBytes * 149, samplesToBytes([7, 8, 9])],
  ])
  const image = await readDicom(path)
  expect(image.header.numberOfFrames).toBe(150)
  const before = process.memoryUsage().arrayBuffers
  const { data } = await image.decodeFrame(149)
  expect([data.length, ...data.subarray(0, 4)]).toEqual([rows * columns, 7, 8, 9, 0])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(frameBytes * 2.5)
})

test('a compressed frame behind 2.4 GiB of others is found, by its path', async () => {
  const samples = Uint16Array.from({ length: 35 }, (_, at) => at * 100)
  const frame = encodeJpegLossless(samples, { width: 7, height: 5, precision: 12, predictor: 1 })
  const last = frame.length % 2 === 0 ? frame : Uint8Array.of(...frame, 0)
  const more = { '00280008 IS': '3', '00280101 US': [12], '00280102 US': [11] }
  const transferSyntaxUid = '1.2.840.10008.1.2.4.70'
  const whole = buildDicom(imageElements(5, 7, more), { transferSyntaxUid, pixelData: [] })
  // Behind the offset table, which is empty, in place of the delimiter.
  const start = whole.length - 8
  const length = 1_288_490_188
  const path = writeSparse('compressed.dcm', start + 2 * (8 + length) + 8 + last.length + 8, [
    [0, whole.subarray(0, start)],
    [start, tagAndLength(item, length)],
    [start + 8 + length, tagAndLength(item, length)],
    [start + 2 * (8 + length), tagAndLength(item, last.length)],
    [start + 2 * (8 + length) + 8, last],
    [start + 2 * (8 + length) + 8 + last.length, tagAndLength(delimiter, 0)],
  ])
  const { decodeFrame } = await readDicom(path)
  expect((await decodeFrame(2)).data).toEqual(samples)
  await expect(decodeFrame(0)).rejects.toMatchObject({ code: 'limit' })
})
