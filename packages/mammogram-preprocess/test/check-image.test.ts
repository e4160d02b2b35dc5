import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkImage, encodeGrayPng } from '../src/index.ts'
import { dicomFile } from './dicom-file.ts'
import { temporaryFolder, write } from './temporary-folder.ts'

async function fileOf(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await write(path, bytes)
  return path
}

const png = encodeGrayPng({ data: Uint16Array.from({ length: 4096 }, (_, at) => at * 13), width: 64, height: 64 })

test('of a DICOM file it says side and view, whether the file would be admitted or not', async () => {
  const elements = { '00080068 CS': 'FOR PROCESSING' }
  const path = await fileOf('a.dcm', dicomFile({ laterality: 'R', elements }))
  expect(await checkImage(path)).toEqual({ laterality: 'R', view: 'CC' })
})

test('the SHA-256 of the file is computed where it is asked for', async () => {
  const bytes = dicomFile()
  const { sourceSha256 } = await checkImage(await fileOf('a.dcm', bytes), { hash: true })
  expect(sourceSha256).toBe(createHash('sha256').update(bytes).digest('hex'))
})

test('of a PNG and a PGM file it says nothing but that they can be decoded', async () => {
  expect(await checkImage(await fileOf('a.png', await png))).toEqual({})
  expect(await checkImage(await fileOf('a.pgm', 'P2 2 1 255 7 250'))).toEqual({})
})

test.each([
  ['a DICOM file that ends early', async () => dicomFile().subarray(0, 9000), 'truncated'],
  ['a PNG file that ends early', async () => (await png).subarray(0, (await png).length - 30), 'image-unreadable'],
  [
    'a PNG file with a byte changed',
    async () => (await png).map((byte, at) => (at === 300 ? byte ^ 255 : byte)),
    'image-unreadable',
  ],
  ['a PGM file that ends early', async () => new TextEncoder().encode('P2 2 1 255 7'), 'image-unreadable'],
  ['an empty file', async () => new Uint8Array(0), 'truncated'],
  ['a page of HTML', async () => new TextEncoder().encode('<!doctype html><p>Sign in</p>'), 'not-dicom'],
])('%s is an error', async (_, bytes, code) => {
  await expect(checkImage(await fileOf('a.dcm', await bytes()))).rejects.toMatchObject({ code })
})
