import { join } from 'node:path'
import { CsvError } from '@mammokit/strict-csv'
import { describe, expect, it } from 'vitest'
import { formatTrainCsv, parseTrainCsv, readTestCsv, readTrainCsv } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const header = 'site_id,patient_id,image_id,laterality,view,age,cancer,implant,density,difficult_negative_case,note'
const good = '2,10006,462822612,L,CC,61.0,0,0,,False,"a, ""b"""'
const csv = (...lines: string[]) => `${lines.join('\n')}\n`

/** The CsvError that `act` throws. */
function errorOf(act: () => unknown): CsvError {
  try {
    act()
  } catch (error) {
    if (error instanceof CsvError) return error
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
    ['an image id twice', csv(header, good, '', good), 'duplicate-value', 4],
  ])('gives an error with the line for %s', (_, text, code, line) => {
    const error = errorOf(() => parseTrainCsv(text, 'some/train.csv'))
    expect(error.message).toMatch(/^Expected .* for .* /)
    expect(error.message).toContain(`line ${line}`)
    expect(error).toMatchObject({ code, details: { line, path: 'some/train.csv' } })
  })

  it('counts the lines inside quoted cells and after CRLF', () => {
    const broken = good.replace('"a, ""b"""', '"two\r\nlines"')
    const text = [header, broken, good.replace('462822612', '5').replace('61.0', 'x')].join('\r\n')
    expect(errorOf(() => parseTrainCsv(text))).toMatchObject({ details: { line: 4, column: 'age', value: 'x' } })
  })

  it('names both lines of a duplicate image id', () => {
    expect(() => parseTrainCsv(csv(header, good, good))).toThrow(/462822612 on line 2 and again on line 3/)
  })
})

describe('readTestCsv', () => {
  it('reads test.csv, which has no column cancer', async () => {
    const path = join(await temporaryFolder(), 'test.csv')
    await write(path, 'patient_id,image_id,laterality,view,prediction_id\n10008,736471439,L,MLO,10008_L\n')
    const [row] = await readTestCsv(path)
    expect(row).toMatchObject({ patientId: '10008', columns: { prediction_id: '10008_L' } })
    expect(row).not.toHaveProperty('cancer')
    await expect(readTrainCsv(path)).rejects.toThrow(/Expected a column "cancer"/)
  })
})

describe('formatTrainCsv', () => {
  it('writes the columns of the first row in its order, which parseTrainCsv reads', () => {
    const rows = [
      { patient_id: 1, image_id: 7, laterality: 'L', view: 'CC', cancer: 0, density: null },
      { cancer: 1, patient_id: 2, image_id: 8, laterality: 'R', view: 'MLO', density: 'C' },
    ]
    const text = formatTrainCsv(rows)
    expect(text).toBe('patient_id,image_id,laterality,view,cancer,density\n1,7,L,CC,0,\n2,8,R,MLO,1,C\n')
    expect(parseTrainCsv(text).map(({ imageId, cancer, density }) => [imageId, cancer, density])).toEqual([
      ['7', 0, null],
      ['8', 1, 'C'],
    ])
  })
})
