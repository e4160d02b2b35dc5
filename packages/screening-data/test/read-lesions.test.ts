import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { dataPaths, readLesions } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function dataFolder(truth?: string): Promise<string> {
  const data = await temporaryFolder()
  const path = join(dataPaths(data).raw, 'ground_truth.csv')
  await mkdir(dirname(path), { recursive: true })
  if (truth !== undefined) await writeFile(path, `patient_id,image_id,lesions\n${truth}\n`)
  return data
}

const row = (dataDir: string, imageId: string, lesions = '', set: string | null = null) => ({
  imageId,
  set,
  dataDir,
  columns: { lesions },
})

test('has the boxes of the column lesions, and says nothing of an image without', async () => {
  const data = await dataFolder()
  const box = { x: 1, y: 2, width: 3, height: 4, label: 'mass' }
  const found = await readLesions([row(data, 'a', JSON.stringify([box])), row(data, 'b')])
  expect([...found]).toEqual([['a', [box]]])
})

test('has the truth of phantoms, which also know that there is none, by the id within its set', async () => {
  const data = await dataFolder('1,11,spiculated-mass 7 8 9 10;benign-mass 1 2 3 4\n1,12,')
  const found = await readLesions([row(data, 'p/11', '', 'p'), row(data, 'p/12', '', 'p'), row(data, 'p/13', '', 'p')])
  expect([...found]).toEqual([
    [
      'p/11',
      [
        { x: 7, y: 8, width: 9, height: 10, label: 'spiculated-mass' },
        { x: 1, y: 2, width: 3, height: 4, label: 'benign-mass' },
      ],
    ],
    ['p/12', []],
  ])
})

test('names the line of a truth that cannot be read', async () => {
  const data = await dataFolder('1,11,\n1,12,mass 1 2 3')
  await expect(readLesions([row(data, '11')])).rejects.toThrow(/lesions but received "mass 1 2 3" on line 3 of/)
})

test('names the image of a cell of the split that cannot be read', async () => {
  const data = await dataFolder()
  const damaged = row(data, 'a', '[{"x":1,"y":2,"width":3')
  await expect(readLesions([damaged])).rejects.toMatchObject({ code: 'bad-lesions', details: { imageId: 'a' } })
})
