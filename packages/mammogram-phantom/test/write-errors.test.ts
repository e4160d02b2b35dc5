import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { writePhantomDataset } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'phantom-errors-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('names the path where a file stands in place of a folder', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  await expect(writePhantomDataset({ outputDir: join(file, 'raw'), patients: 1, height: 96 })).rejects.toMatchObject({
    code: 'cannot-write',
    message: `Expected to write ${join(file, 'raw/phantom.json')} but received ENOTDIR. Move ${file}, which is a file and not a folder, or choose another path.`,
    details: { systemCode: 'ENOTDIR' },
  })
})

it('names the file that a worker thread cannot write', async () => {
  const outputDir = join(folder, 'data')
  await writePhantomDataset({ outputDir, patients: 1, height: 96 })
  const images = join(outputDir, 'train_images')
  rmSync(images, { recursive: true })
  writeFileSync(images, '')
  await expect(writePhantomDataset({ outputDir, patients: 2, height: 96, workers: 2 })).rejects.toMatchObject({
    name: 'PhantomError',
    code: 'cannot-write',
    message: expect.stringContaining(`Expected to write ${images}`),
  })
})
