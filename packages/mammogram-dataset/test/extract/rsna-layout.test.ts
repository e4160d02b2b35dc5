import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listImages } from '../../src/index.ts'
import { temporaryFolder, write } from '../data-set.ts'

test('columns are parted by commas, whatever else stands in them more regularly', async () => {
  const dataDir = await temporaryFolder()
  const lines = ['1,2,a; b; c', '1,3,a, b; c; d', '4,5,a; b; c', '4,6,a, b; c; d']
  await write(join(dataDir, 'train.csv'), ['patient_id,image_id,note', ...lines, ''].join('\n'))
  const ids = (await listImages(dataDir)).map(({ patientId, imageId }) => [patientId, imageId])
  expect(ids).toEqual([
    ['1', '2'],
    ['1', '3'],
    ['4', '5'],
    ['4', '6'],
  ])
})
