import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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

it.each(['train.csv', 'ground_truth.csv', 'images.csv', 'train_images/1/2.dcm'])(
  'refuses a folder that holds %s of a data set that is not synthetic, and leaves it as it is',
  async (name) => {
    const outputDir = mkdtempSync(join(folder, 'real-'))
    const path = join(outputDir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'real')
    const [found] = readdirSync(outputDir)
    await expect(writePhantomDataset({ outputDir, patients: 1, height: 96, workers: 1 })).rejects.toMatchObject({
      code: 'different-data-set',
      message: `Expected an empty folder or a synthetic data set in ${outputDir} but received ${found} without phantom.json. Choose another folder: the files of that data set would be overwritten.`,
      details: { option: 'outputDir', value: outputDir },
    })
    expect(readdirSync(outputDir)).toEqual([found])
    expect(readFileSync(path, 'utf8')).toBe('real')
  },
)
