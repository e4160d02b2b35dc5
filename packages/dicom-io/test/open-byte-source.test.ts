import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DicomError } from '../src/dicom-error.ts'
import { readDicom } from '../src/index.ts'
import { openByteSource } from '../src/open-byte-source.ts'
import { createSampleFiles } from './sample-files.ts'

test('a file held open is opened once: what was removed meanwhile is read on, and its errors pass as they are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dicom-io-source-'))
  try {
    const path = join(folder, 'long')
    writeFileSync(path, new Uint8Array(100_000).fill(7))
    const source = await openByteSource(path, async (opened) => opened)
    const error = new DicomError('truncated', 'an error of ours')
    await source.heldOpen(async () => {
      await source.read(99_990, 1)
      rmSync(path)
      expect(await source.read(99_990, 20)).toEqual(new Uint8Array(10).fill(7))
      await expect(source.heldOpen(() => Promise.reject(error))).rejects.toBe(error)
    })
    await expect(source.read(99_990, 20)).rejects.toMatchObject({ code: 'io', details: { path } })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('of a Blob only the needed parts are read, and its errors are ours', async () => {
  const { bytes } = (await createSampleFiles())[1]!
  const blob = new Blob([bytes, new Uint8Array(10_000_000)])
  const expected = await (await readDicom(bytes)).decodeFrame()
  let read = 0
  const counted = {
    [Symbol.toStringTag]: 'Blob',
    size: blob.size,
    slice(start: number, end: number) {
      const part = blob.slice(start, end)
      read += part.size
      return part
    },
  }
  expect(await (await readDicom(counted)).decodeFrame()).toEqual(expected)
  expect(read).toBeLessThan(300_000)
  expect(await (await readDicom(new File([bytes], 'image.dcm'))).decodeFrame()).toEqual(expected)
  const gone = { ...counted, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('it is gone')) }) }
  await expect(readDicom(gone)).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('it is gone') })
})
