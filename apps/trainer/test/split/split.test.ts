import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSplitsCsv } from '@mammokit/screening-data'
import { beforeEach, expect, test } from 'vitest'
import { parseConfig, split } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let data: string

/** 60 patients with two images; every fourth has cancer. */
function writeTable(subsetOf: (patient: number) => string, ...more: string[]): void {
  data = join(temporaryFolder(), 'data')
  mkdirSync(join(data, 'raw'), { recursive: true })
  const rows = Array.from({ length: 120 }, (_, at) => {
    const patient = at >> 1
    return `${at}.png,P${patient},L,${at % 2 ? 'MLO' : 'CC'},${patient % 4 === 0 ? 1 : 0},${subsetOf(patient)},cbis-ddsm,I${at}`
  })
  const header = 'image,patient,laterality,view,cancer,published_subset,set,image_id'
  writeFileSync(join(data, 'raw/images.csv'), [header, ...rows, ...more, ''].join('\n'))
}

async function splitAs(settings: object): Promise<{ lines: string[]; subsets: Record<string, number> }> {
  const lines: string[] = []
  const progress = { start() {}, update() {}, stop() {}, line: (text: string) => lines.push(text) }
  const summary = await split(parseConfig({ data, split: settings }), { progress })
  return { lines, subsets: Object.fromEntries(summary.map(({ subset, patients }) => [subset, patients])) }
}

beforeEach(() => writeTable((patient) => (patient % 3 === 0 ? 'test' : 'train')))

test("the set's own test part is kept, and a validation part is made and said", async () => {
  const { lines, subsets } = await splitAs({ method: 'published', validationFraction: 0.2 })
  expect(subsets).toEqual({ train: 32, val: 8, test: 20 })
  expect(lines).toContain('The set has no validation part: 20 % of its training patients are val.')
  const rows = await readSplitsCsv(join(data, 'processed/splits.csv'))
  expect(
    rows.filter(({ subset }) => subset === 'test').every(({ columns }) => columns.published_subset === 'test'),
  ).toBe(true)
})

test('patients in two published subsets are named, or left out and counted', async () => {
  writeTable((patient) => (patient % 3 === 0 ? 'test' : 'train'), 'x.png,P1,L,CC,0,test,cbis-ddsm,Ix')
  await expect(splitAs({ method: 'published' })).rejects.toThrow('received 1 in several: P1 (test and train).')
  const { lines, subsets } = await splitAs({ method: 'published', publishedOverlap: 'drop' })
  expect(Object.values(subsets).reduce((sum, patients) => sum + patients)).toBe(59)
  expect(lines).toContain('3 images excluded (3 patient in several published subsets).')
})

test('a set without a published split is refused by name', async () => {
  writeTable(() => '')
  await expect(splitAs({ method: 'published' })).rejects.toThrow('Expected a published split of cbis-ddsm')
})

test('what the lists beside the table exclude and correct is said', async () => {
  writeFileSync(join(data, 'raw/exclusions.csv'), 'patient_id,reason\nP5,withdrew\n')
  writeFileSync(join(data, 'raw/corrections.csv'), 'image_id,column,was,value,reason\nI2,cancer,0,1,biopsy\n')
  const { lines } = await splitAs({})
  expect(lines).toContain('2 images excluded (2 withdrew), 1 label corrected (1 cancer: biopsy).')
  const rows = await readSplitsCsv(join(data, 'processed/splits.csv'))
  expect(rows.find(({ imageId }) => imageId === 'I2')).toMatchObject({ cancer: 1, columns: { cancer: '1' } })
  expect(rows.some(({ patientId }) => patientId === 'P5')).toBe(false)
})

test('a command that works on one folder refuses several, with the usage exit code', async () => {
  const several = parseConfig({ data: ['a', 'b'] })
  await expect(split(several)).rejects.toMatchObject({ name: 'CommandLineError', code: 'invalid-value' })
  await expect(split(several)).rejects.toThrow('Expected one folder for --data but received a and b.')
})
