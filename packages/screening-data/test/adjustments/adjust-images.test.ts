import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeAdjustments, listImages, readDataFolder, readScreeningRows, validateDataSet } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const rows = [
  '10,100,L,CC,0,B,no',
  '10,101,L,MLO,0,B,no',
  '11,102,R,CC,1,C,yes',
  '11,103,R,MLO,1,C,yes',
  '12,104,L,CC,0,,no',
]
const train = ['patient_id,image_id,laterality,view,cancer,density,biopsied', ...rows, ''].join('\n')

/** A data folder in the RSNA layout with these lists beside train.csv. */
async function folderWith(lists: { exclusions?: string[]; corrections?: string[] }, table = train): Promise<string> {
  const data = await temporaryFolder()
  await write(join(data, 'raw', table.startsWith('image,') ? 'images.csv' : 'train.csv'), table)
  const { exclusions, corrections } = lists
  if (exclusions) await write(join(data, 'raw/exclusions.csv'), `${exclusions.join('\n')}\n`)
  if (corrections) await write(join(data, 'raw/corrections.csv'), `${corrections.join('\n')}\n`)
  return data
}

const correctionHeader = 'image_id,column,was,value,reason'

test('excluded images and patients are not listed and not in the rows, and are counted by reason', async () => {
  const exclusions = ['image_id,patient_id,reason', '100,,implant', ',11,"withdrew, 2024"', '102,11,implant']
  const data = await folderWith({ exclusions })
  expect((await listImages(data)).map(({ imageId }) => imageId)).toEqual(['101', '104'])
  const { rows: read, leftOut, adjustments } = await readScreeningRows(data)
  expect(read.map(({ imageId }) => imageId)).toEqual(['101', '104'])
  expect(leftOut).toEqual([])
  expect(adjustments.excluded).toEqual([
    { reason: 'implant', images: 1, patients: 1 },
    { reason: 'withdrew, 2024', images: 2, patients: 1 },
  ])
  expect(describeAdjustments(adjustments)).toBe('3 images excluded (1 implant, 2 withdrew, 2024)')
  expect(validateDataSet(await readDataFolder(data))).toMatchObject({ images: 2, patients: 2, adjustments })
})

test('corrected cells are in the rows, typed and as text, and are counted by column and reason', async () => {
  const corrections = [
    correctionHeader,
    '101,cancer,0,1,biopsy',
    '100,cancer,0,1,biopsy',
    '104,density,,D,read again',
    '104,biopsied,no,yes,letter',
    '102,laterality,R,left,header',
  ]
  const data = await folderWith({ corrections })
  const { rows: read, adjustments } = await readScreeningRows(data)
  expect(read.map(({ cancer }) => cancer)).toEqual([1, 1, 1, 1, 0])
  expect(read[0]!.columns).toMatchObject({ cancer: '1' })
  expect(read[4]).toMatchObject({ density: 'D', columns: { density: 'D', biopsied: 'yes' } })
  expect(read[2]!.laterality).toBe('L')
  expect((await listImages(data))[2]!.laterality).toBe('L')
  expect(describeAdjustments(adjustments)).toBe(
    '5 labels corrected (2 cancer: biopsy, 1 density: read again, 1 biopsied: letter, 1 laterality: header)',
  )
})

test('ids are those of the set or the safe names of manifest.csv; leaving an image out renames no other', async () => {
  const table = 'image,patient,laterality,view,cancer\na.png,P/1,L,CC,0\nA.png,P/2,L,CC,1\nb.png,P/1,L,MLO,0\n'
  const [a, , b] = await listImages(await folderWith({}, table))
  const byName = await folderWith({ exclusions: ['image_id,reason', `${a!.imageId},blurred`] }, table)
  expect((await listImages(byName)).map(({ imageId }) => imageId)).not.toContain(a!.imageId)
  const rest = await folderWith({ exclusions: ['image_id,reason', 'A,blurred'] }, table)
  expect((await listImages(rest)).map(({ imageId }) => imageId)).toEqual([a!.imageId, b!.imageId])
  const patient = await folderWith({ exclusions: ['patient_id,reason', 'P/1,withdrew'] }, table)
  expect(await listImages(patient)).toHaveLength(1)
})

test.each([
  [{ exclusions: ['image_id,reason', '100,implant', '1000,implant'] }, 'for image_id on line 3 of'],
  [{ exclusions: ['patient_id,reason', '100,implant'] }, 'for patient_id on line 2 of'],
  [{ exclusions: ['image_id,patient_id,reason', '100,11,implant'] }, 'the patient of image 100'],
  [{ exclusions: ['image_id,patient_id,reason', ',,implant'] }, 'image_id or patient_id on line 2'],
  [{ exclusions: ['image_id,reason', '100,'] }, 'Expected a reason for reason'],
  [{ exclusions: ['image,reason', '100,implant'] }, 'image_id or patient_id on line 2'],
  [{ corrections: [correctionHeader, '999,cancer,0,1,biopsy'] }, '"999"'],
  [
    { corrections: [correctionHeader, '100,cancer,1,0,biopsy'] },
    'Expected "0", which the table has, for was on line 2 of',
  ],
  [{ corrections: [correctionHeader, '104,density,B,D,again'] }, 'Expected "", which the table has'],
  [{ corrections: [correctionHeader, '100,cancer,0,maybe,biopsy'] }, 'Expected 0, 1 or nothing for value on line 2 of'],
  [{ corrections: [correctionHeader, '100,cancr,0,1,biopsy'] }, 'received cancr'],
  [{ corrections: [correctionHeader, '100,patient_id,10,11,mix-up'] }, 'that is no id'],
  [
    { corrections: [correctionHeader, '100,cancer,0,1,a', '101,cancer,0,1,a', '100,cancer,1,0,b'] },
    'on line 2 and again on line 4',
  ],
  [{ corrections: [correctionHeader, '100,cancer,0,1,a', '100,cancer,1,1,b'] }, 'on line 2 and again on line 3'],
  [{ corrections: ['image_id,column,value,reason', '100,cancer,1,biopsy'] }, 'Expected a column "was"'],
])('%j is refused with its line', async (lists, message) => {
  const data = await folderWith(lists)
  await expect(readScreeningRows(data)).rejects.toThrow(message)
  await expect(listImages(data)).rejects.toThrow(message)
})
