import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openByteSource } from '../src/byte-source.ts'
import { DicomError } from '../src/dicom-error.ts'

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
