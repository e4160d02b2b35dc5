import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { preprocessHash, preprocessImage } from '../src/index.ts'
import { dicomFile } from './dicom-file.ts'
import { temporaryFolder, write } from './temporary-folder.ts'

test('gives image, box, side, method, SHA-256 of the file and hash of the options', async () => {
  const path = join(await temporaryFolder(), 'a.dcm')
  const bytes = dicomFile({ laterality: 'R', patientId: 'P7' })
  await write(path, bytes)
  const options = { height: 64, width: 32 }
  const made = await preprocessImage(path, options)
  expect(made).toMatchObject({ method: 'yolov5', reason: '', side: 'R', resolutionLevel: 0 })
  expect(made.image).toMatchObject({ width: 32, height: 64 })
  expect(made.image.data).toHaveLength(32 * 64)
  expect(made.image.data[0]).toBe(0)
  expect(made.image.data[32 * 32 + 31]).toBeGreaterThan(10_000)
  expect(made.placement.box.x + made.placement.box.width).toBe(96)
  expect(made.header?.patientId).toBe('P7')
  expect(made.sourceSha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(made.preprocessHash).toBe(preprocessHash(options))
})

test('a constant image that is asked for is a full frame with its reason', async () => {
  const path = join(await temporaryFolder(), 'a.dcm')
  await write(path, dicomFile({ constant: true, laterality: 'R' }))
  const made = await preprocessImage(path, { admission: { constant: 'warn' } })
  expect(made.warnings).toContain('constant:one-level')
  expect(made).toMatchObject({ method: 'full-frame', reason: expect.stringMatching(/constant image$/), side: 'R' })
  expect(made.placement.box).toEqual({ x: 0, y: 0, width: 96, height: 128 })
})

test('a file that is no DICOM image is an error with a code', async () => {
  const path = join(await temporaryFolder(), 'a.dcm')
  await write(path, 'not a DICOM file')
  await expect(preprocessImage(path)).rejects.toMatchObject({ name: 'DicomError', code: expect.any(String) })
})

test('a file of 150 frames above 2 GiB is read frame by frame and hashed as a stream: less than 400 MB more memory', {
  timeout: 300_000,
}, async () => {
  const path = join(await temporaryFolder(), 'slices.dcm')
  const [width, height, frames] = [2560, 3328, 150]
  const frameBytes = 2 * width * height
  const whole = dicomFile({ width, height, elements: { '00280008 IS': String(frames) } })
  const headerBytes = whole.length - frameBytes
  const header = whole.slice(0, headerBytes)
  // The length of Pixel Data stands before it.
  new DataView(header.buffer).setUint32(headerBytes - 4, frames * frameBytes, true)
  const file = await open(path, 'w')
  await file.write(header)
  await file.write(whole, headerBytes, frameBytes, headerBytes + 74 * frameBytes)
  await file.truncate(headerBytes + frames * frameBytes)
  await file.close()
  expect((await stat(path)).size).toBeGreaterThan(2 ** 31)

  const before = process.memoryUsage().rss
  let largest = before
  const watch = setInterval(() => {
    largest = Math.max(largest, process.memoryUsage().rss)
  }, 20)
  const made = await preprocessImage(path, { height: 64, width: 32, method: 'threshold', frame: 'middle' })
  clearInterval(watch)
  expect(made.warnings).toContain('source:frame-74-of-150')
  expect(made.method).toBe('threshold')
  expect(made.sourceSha256).toMatch(/^[0-9a-f]{64}$/)
  expect(largest - before).toBeLessThan(400e6)
})
