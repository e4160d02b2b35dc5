import { createHash } from 'node:crypto'
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
