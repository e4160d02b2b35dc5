import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatCsv, parseCsv } from '@mammokit/strict-csv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatSplitsCsv,
  parseSplitsCsv,
  parseTrainCsv,
  readSplitsCsv,
  readTrainCsv,
  splitRows,
  writeSplitsCsv,
} from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const header = 'site_id,patient_id,image_id,laterality,view,age,cancer,implant,density,difficult_negative_case,note'
const good = '2,10006,462822612,L,CC,61.0,0,0,,False,"a, ""b"""'
const csv = (...lines: string[]) => `${lines.join('\n')}\n`

describe('splits.csv', () => {
  it('holds every column of train.csv verbatim, whatever its cells, then subset and fold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'é') })), {
          minLength: 8,
          maxLength: 20,
        }),
        (notes) => {
          const fields = ['patient_id', 'image_id', 'laterality', 'view', 'cancer', 'other', 'note']
          const data = notes.map(([note, other], index) => [index, index, 'L', 'CC', index % 2, other, note])
          const split = splitRows(parseTrainCsv(formatCsv(fields, data)), { folds: 2 })
          const text = formatSplitsCsv(split)
          expect(parseSplitsCsv(text)).toEqual(split)
          const table = parseCsv(text, 'splits.csv')
          expect(table.header).toEqual([...fields, 'subset', 'fold'])
          data.forEach((row, index) => {
            expect(table.records[index].cells.slice(0, 7)).toEqual(row.map(String))
          })
        },
      ),
    )
  })

  it('is written whole and read back', async () => {
    const folder = await temporaryFolder()
    const lines = Array.from({ length: 9 }, (_, id) => good.replace('10006', `${id}`).replace('4628', `${id}`))
    await write(join(folder, 'train.csv'), csv(header, ...lines))
    const split = splitRows(await readTrainCsv(join(folder, 'train.csv')), { folds: 2 })
    const path = join(folder, 'processed', 'splits.csv')
    await writeSplitsCsv(path, split)
    expect(await readSplitsCsv(path)).toEqual(split)
    expect(await readdir(join(folder, 'processed'))).toEqual(['splits.csv'])
    expect((await readFile(path, 'utf8')).split('\n')[0]).toBe(`${header},subset,fold`)
  })

  it('names the line of a bad subset or fold, a missing subset column and a missing file', async () => {
    const base = csv(`${header},subset,fold`, `${good},train,1`)
    expect(() => parseSplitsCsv(base.replace('train,1', 'training,1'))).toThrow(
      'Expected train, val or test for subset but received "training" on line 2 of splits.csv.',
    )
    expect(() => parseSplitsCsv(base.replace('train,1', 'train,-1'))).toThrow(/for fold but received "-1" on line 2/)
    expect(() => parseSplitsCsv(csv(header, good))).toThrow(/Expected a column "subset"/)
    await expect(readSplitsCsv(join(await temporaryFolder(), 'nowhere.csv'))).rejects.toThrow(
      /Expected a file .*nowhere.csv .*mammokit-trainer split/,
    )
  })

  it('refuses a patient in two subsets or in two folds, and names the file and the images', () => {
    const second = good.replace('462822612', '9')
    const text = (places: string[]) => csv(`${header},subset,fold`, `${good},${places[0]}`, `${second},${places[1]}`)
    expect(() => parseSplitsCsv(text(['train,0', 'val,0']), 'data/splits.csv')).toThrow(
      'Expected one subset for patient 10006 in data/splits.csv but received train and val (images 462822612, 9). Split by patient',
    )
    expect(() => parseSplitsCsv(text(['train,0', 'train,1']), 'data/splits.csv')).toThrow(
      'Expected one fold for patient 10006 in data/splits.csv but received 0 and 1 (images 462822612, 9). Split again',
    )
    expect(() => parseSplitsCsv(text(['train,0', 'train,']))).toThrow(/received 0 and none/)
    expect(parseSplitsCsv(text(['train,1', 'train,1']))).toHaveLength(2)
  })

  it('neutralizes what a spreadsheet would execute and reads it back', () => {
    const rows = parseTrainCsv(csv(header, good.replace(/"a.*$/, '=cmd')))
    const text = formatSplitsCsv(rows.map((row) => ({ ...row, subset: 'train' as const, fold: null })))
    expect(text).toContain(",'=cmd,train,")
    expect(parseSplitsCsv(text)[0].columns.note).toBe('=cmd')
  })

  it('refuses a train.csv that has a column subset already', () => {
    const rows = parseTrainCsv(csv(header.replace('note', 'subset'), good))
    const split = rows.map((row) => ({ ...row, subset: 'train' as const, fold: null }))
    expect(() => formatSplitsCsv(split)).toThrow(/without the columns subset and fold .* received subset/)
    expect(() => formatSplitsCsv([])).toThrow(/received no columns/)
  })
})
