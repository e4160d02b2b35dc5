import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeGrayPng } from '@mammokit/mammogram-preprocess'
import { readDataFolder } from '@mammokit/screening-data'
import { expect, test } from 'vitest'
import { dicomFile } from '../../../mammogram-preprocess/test/dicom-file.ts'
import { checkContents } from '../../src/index.ts'
import { temporaryFolder } from '../data-set.ts'

const png = await encodeGrayPng({ data: Uint16Array.from({ length: 4096 }, (_, at) => at * 13), width: 64, height: 64 })
const left = dicomFile({ laterality: 'L', seed: 1 })

const files: Record<string, Uint8Array> = {
  'a.dcm': left,
  'copy of a.dcm': left,
  'other.dcm': dicomFile({ laterality: 'R', seed: 2 }),
  'short.dcm': left.subarray(0, left.length - 500),
  'b.png': png,
  'broken.png': png.subarray(0, png.length - 40),
  'page.dcm': new TextEncoder().encode('<!doctype html>'),
}

async function folderOf(names: readonly string[]): Promise<string> {
  const data = await temporaryFolder()
  const rows = names.map((name) => `${name},${name},L,CC,0`)
  await mkdir(join(data, 'raw'))
  await writeFile(join(data, 'raw/images.csv'), `${['image,patient,laterality,view,cancer', ...rows].join('\n')}\n`)
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(data, 'raw', name), bytes)
  return data
}

test('says of each file what its header says or why it cannot be read, and hashes those of one size only', async () => {
  const progress: number[] = []
  const data = await folderOf([...Object.keys(files), 'missing.dcm'])
  const contents = await checkContents(await readDataFolder(data), {
    onProgress: ({ done, total }) => progress.push(done / total),
  })
  const byImage = new Map(contents.map((content) => [content.image, content]))
  expect([...byImage.keys()]).toEqual(Object.keys(files))
  expect(byImage.get('a.dcm')).toEqual({ image: 'a.dcm', laterality: 'L', view: 'CC', sha256: expect.any(String) })
  expect(byImage.get('copy of a.dcm')!.sha256).toBe(byImage.get('a.dcm')!.sha256)
  expect(byImage.get('other.dcm')).toMatchObject({ laterality: 'R' })
  expect(byImage.get('other.dcm')!.sha256).not.toBe(byImage.get('a.dcm')!.sha256)
  expect(byImage.get('b.png')).toEqual({ image: 'b.png' })
  expect(byImage.get('short.dcm')!.error).toMatch(/^truncated: /)
  expect(byImage.get('broken.png')!.error).toMatch(/^image-unreadable: /)
  expect(byImage.get('page.dcm')!.error).toMatch(/^not-dicom: /)
  expect(contents.some(({ error }) => error?.includes(data))).toBe(false)
  expect([progress.length, progress.at(-1)]).toEqual([7, 1])
})

test('ends with the reason of the signal', async () => {
  const stop = new AbortController()
  const dataSet = await readDataFolder(await folderOf(Object.keys(files)))
  const onProgress = () => stop.abort(new Error('stopped'))
  await expect(checkContents(dataSet, { lanes: 1, onProgress, signal: stop.signal })).rejects.toThrow('stopped')
})
