import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import Papa from 'papaparse'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  DataSplitError,
  formatSplitsCsv,
  parseSplitsCsv,
  parseTrainCsv,
  readSplitsCsv,
  readTestCsv,
  readTrainCsv,
  referenceSplit,
  writeSplitsCsv,
} from '../src/index.ts'

const header = 'site_id,patient_id,image_id,laterality,view,age,cancer,implant,density,difficult_negative_case,note'
const good = '2,10006,462822612,L,CC,61.0,0,0,,False,"a, ""b"""'
const csv = (...lines: string[]) => `${lines.join('\n')}\n`

function errorOf(read: () => unknown): DataSplitError {
  try {
    read()
  } catch (error) {
    if (error instanceof DataSplitError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('parseTrainCsv', () => {
  it('gives typed fields, null for empty cells and absent columns, and every column verbatim', () => {
    expect(parseTrainCsv(csv(header, good))).toEqual([
      {
        patientId: '10006',
        imageId: '462822612',
        laterality: 'L',
        view: 'CC',
        cancer: 0,
        siteId: 2,
        age: 61,
        implant: false,
        machineId: null,
        biopsy: null,
        invasive: null,
        birads: null,
        density: null,
        difficultNegativeCase: false,
        columns: {
          site_id: '2',
          patient_id: '10006',
          image_id: '462822612',
          laterality: 'L',
          view: 'CC',
          age: '61.0',
          cancer: '0',
          implant: '0',
          density: '',
          difficult_negative_case: 'False',
          note: 'a, "b"',
        },
      },
    ])
  })

  it('reads the same rows with a byte-order mark, CRLF, lone CR, mixed line ends, blank lines and no last line end', () => {
    const second = good.replace('462822612', '2').replace('"a, ""b"""', '"c"')
    const plain = parseTrainCsv(csv(header, good, second))
    const variants = [
      `\ufeff${csv(header, good, second)}`,
      `\ufeff${header}\r\n${good}\r\n${second}\r\n`,
      `${header}\r${good}\r${second}\r`,
      `${header}\n${good}\r\n${second}`,
      `\n${header}\n\n${good}\n${second}\n\n`,
    ]
    for (const text of variants) expect(parseTrainCsv(text)).toEqual(plain)
  })

  it.each([
    ['an empty file', '', 'empty-file', 1],
    ['a byte-order mark alone', '\ufeff', 'empty-file', 1],
    ['a header alone', csv(header), 'empty-file', 1],
    ['a missing column', csv(header.replace('laterality', 'side'), good), 'missing-column', 1],
    ['a column twice', csv(header.replace('note', 'age'), good), 'duplicate-column', 1],
    ['a bad number', csv(header, good, good.replace('61.0', 'sixty').replace('462822612', '7')), 'bad-value', 3],
    ['a bad target', csv(header, good.replace(',0,0,', ',2,0,')), 'bad-value', 2],
    ['an empty target', csv(header, good.replace(',0,0,', ',,0,')), 'bad-value', 2],
    ['a bad laterality', csv(header, good.replace(',L,', ',left,')), 'bad-value', 2],
    ['an id that is a path', csv(header, good.replace('10006', '../10006')), 'bad-value', 2],
    ['an empty id', csv(header, good.replace('10006', '')), 'bad-value', 2],
    ['a bad flag', csv(header, good.replace('False', 'maybe')), 'bad-value', 2],
    ['a short line', csv(header, good, '1,2,3'), 'malformed-csv', 3],
    ['a quote that is never closed', csv(header, good, good.replace('"""', '')), 'malformed-csv', 3],
    ['an image id twice', csv(header, good, '', good), 'duplicate-image', 4],
  ])('gives an error with the line for %s', (_, text, code, line) => {
    const error = errorOf(() => parseTrainCsv(text, 'some/train.csv'))
    expect(error.message).toMatch(/^Expected .* for .* /)
    expect(error.message).toContain(`line ${line}`)
    expect(error).toMatchObject({ code, line, path: 'some/train.csv' })
  })

  it('counts the lines inside quoted cells and after CRLF', () => {
    const broken = good.replace('"a, ""b"""', '"two\r\nlines"')
    const text = [header, broken, good.replace('462822612', '5').replace('61.0', 'x')].join('\r\n')
    expect(errorOf(() => parseTrainCsv(text))).toMatchObject({ line: 4, column: 'age', value: 'x' })
  })

  it('names both lines of a duplicate image id', () => {
    expect(() => parseTrainCsv(csv(header, good, good))).toThrow(/462822612 on line 2 and again on line 3/)
  })
})

describe('splits.csv', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'data-split-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('holds every column of train.csv verbatim, whatever its cells, then subset and fold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'é') })), {
          minLength: 8,
          maxLength: 20,
        }),
        (notes) => {
          const data = notes.map(([note, other], index) => [index, index, 'L', 'CC', index % 2, note, `x${other}x`])
          const fields = ['patient_id', 'image_id', 'laterality', 'view', 'cancer', 'note', 'other']
          const rows = parseTrainCsv(Papa.unparse({ fields, data }, { newline: '\n' }))
          const split = referenceSplit(rows, { folds: 2 })
          const text = formatSplitsCsv(split)
          expect(parseSplitsCsv(text)).toEqual(split)
          const cells = Papa.parse<string[]>(text, { delimiter: ',', newline: '\n' }).data
          expect(cells[0]).toEqual([...fields, 'subset', 'fold'])
          data.forEach((row, index) => {
            expect(cells[index + 1]!.slice(0, 7)).toEqual(row.map(String))
          })
        },
      ),
    )
  })

  it('is written whole and read back', async () => {
    const text = csv(
      header,
      ...Array.from({ length: 9 }, (_, id) => good.replace('10006', `${id}`).replace('4628', `${id}`)),
    )
    const path = join(folder, 'train.csv')
    await writeFile(path, text)
    const split = referenceSplit(await readTrainCsv(path), { folds: 2 })
    await writeSplitsCsv(join(folder, 'processed', 'splits.csv'), split)
    expect(await readSplitsCsv(join(folder, 'processed', 'splits.csv'))).toEqual(split)
    expect(await readdir(join(folder, 'processed'))).toEqual(['splits.csv'])
    expect((await readFile(join(folder, 'processed', 'splits.csv'), 'utf8')).split('\n')[0]).toBe(
      `${header},subset,fold`,
    )
  })

  it('names the line of a bad subset or fold, a missing subset column and a missing file', async () => {
    const base = csv(`${header},subset,fold`, `${good},train,1`)
    expect(errorOf(() => parseSplitsCsv(base.replace('train,1', 'training,1')))).toMatchObject({
      code: 'bad-value',
      line: 2,
      column: 'subset',
    })
    expect(errorOf(() => parseSplitsCsv(base.replace('train,1', 'train,-1')))).toMatchObject({ column: 'fold' })
    expect(errorOf(() => parseSplitsCsv(csv(header, good)))).toMatchObject({ code: 'missing-column', column: 'subset' })
    await expect(readSplitsCsv(join(folder, 'nowhere.csv'))).rejects.toThrow(/Expected a CSV file at .*nowhere.csv/)
  })

  it('refuses a train.csv that has a column subset already', () => {
    const rows = parseTrainCsv(csv(header.replace('note', 'subset'), good))
    const split = rows.map((row) => ({ ...row, subset: 'train' as const, fold: null }))
    expect(errorOf(() => formatSplitsCsv(split))).toMatchObject({ code: 'duplicate-column', column: 'subset' })
    expect(() => formatSplitsCsv([])).toThrow(/received no columns/)
  })

  it('reads test.csv, which has no column cancer', async () => {
    const path = join(folder, 'test.csv')
    await writeFile(path, 'patient_id,image_id,laterality,view,prediction_id\n10008,736471439,L,MLO,10008_L\n')
    const [row] = await readTestCsv(path)
    expect(row).toMatchObject({ patientId: '10008', columns: { prediction_id: '10008_L' } })
    expect(row).not.toHaveProperty('cancer')
    await expect(readTrainCsv(path)).rejects.toThrow(/Expected a column cancer/)
  })
})
