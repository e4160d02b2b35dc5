import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dataSetLayouts, dataSetNames, readDataSet } from '../../src/index.ts'
import { writeSet } from '../adapters/write-set.ts'

const cbis = {
  'cbis/mass_case_description_train_set.csv':
    'patient_id,left or right breast,image view,assessment,pathology,image file path\nP_1,LEFT,CC,4,BENIGN,Mass-Training_P_1_LEFT_CC/1/2/0.dcm\n',
  'cbis/Mass-Training_P_1_LEFT_CC/1/2/1-1.dcm': '',
}
const mias = { 'mias/Info.txt': 'mdb001 G NORM\n', 'mias/mdb001.pgm': '' }

test('a folder with two sets is no set: the error names both, and a name or a folder chooses one', async () => {
  const root = await writeSet({ ...cbis, ...mias })
  await expect(readDataSet(root)).rejects.toMatchObject({
    code: 'ambiguous-set',
    message: expect.stringContaining('cbis-ddsm and mini-mias'),
  })
  expect(await readDataSet(root, { from: 'mini-mias' })).toMatchObject({
    set: 'mini-mias',
    images: [{ imageId: 'mdb001' }],
  })
  expect(await readDataSet(`${root}/cbis`)).toMatchObject({ set: 'cbis-ddsm', images: [{ patientId: 'P_1' }] })
})

test('a folder without any layout is read as images; an empty one, or a wrong name, says what was looked for', async () => {
  expect(await readDataSet(await writeSet({ 'a/one.png': '' }))).toMatchObject({
    set: 'folder',
    images: [{ patientId: 'a' }],
  })
  const empty = await writeSet({ 'notes.txt': 'nothing' })
  await expect(readDataSet(empty)).rejects.toThrow(
    /train\.csv or test\.csv \(rsna\); .*Info\.txt .* \(mini-mias\); images\.csv, or DICOM/,
  )
  await expect(readDataSet(empty, { from: 'embed' })).rejects.toMatchObject({
    code: 'no-images',
    details: { tried: ['embed'] },
  })
  const unknown = readDataSet(empty, { from: 'ddsm' })
  await expect(unknown).rejects.toMatchObject({ code: 'unknown-set', message: expect.stringContaining('cbis-ddsm') })
})

test('each layout is a file of src/adapters, and is in docs/data-sets.md with its license', () => {
  const files = readdirSync(new URL('../../src/adapters', import.meta.url)).map((file) => file.replace('.ts', ''))
  expect([...dataSetNames].sort()).toEqual(files.filter((file) => !/^adapters?$/.test(file)).sort())
  const docs = readFileSync(new URL('../../../../docs/data-sets.md', import.meta.url), 'utf8')
  const rows = docs.split('\n').filter((line) => line.startsWith('| `'))
  for (const { name, license } of dataSetLayouts) {
    const cells = rows.find((row) => row.startsWith(`| \`${name}\` |`))!.split('|')
    expect(cells[5]!.replaceAll('*', '').trim()).toBe(license)
  }
})
