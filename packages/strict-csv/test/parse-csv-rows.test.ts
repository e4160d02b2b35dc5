import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { CsvError, mapCsvRows, optionalColumn, parseCsvRows, requiredColumn } from '../src/index.ts'
import { errorOf } from './error-of.ts'

const columns = {
  imageId: requiredColumn('image_id', z.string().min(1, 'an id')),
  target: requiredColumn('cancer', z.enum(['0', '1'], '0 or 1').transform(Number)),
  age: optionalColumn(
    'age',
    z
      .string()
      .regex(/^\d*$/, 'a number or nothing')
      .transform((cell) => (cell === '' ? undefined : Number(cell))),
  ),
}

describe('parseCsvRows', () => {
  it('gives typed fields, null for an absent column, and every cell of the file as it was written', () => {
    const [row] = parseCsvRows('site,cancer,image_id\nA, 1 ,7\n', 'images.csv', columns)
    const target: number = row!.values.target
    const age: number | undefined | null = row!.values.age
    expect([target, age]).toEqual([1, null])
    expect(row).toEqual({
      line: 2,
      cells: { site: 'A', cancer: ' 1 ', image_id: '7' },
      values: { imageId: '7', target: 1, age: null },
    })
    expect(parseCsvRows('image_id,cancer,age\n7,0,\n', 'images.csv', columns)[0]!.values.age).toBeUndefined()
  })

  it('keeps a column of any name, and leaves cells out where they are not wanted', () => {
    const text = '__proto__,cancer,image_id\nA,1,7\n'
    const [row] = parseCsvRows(text, 'images.csv', columns)
    expect(Object.entries(row!.cells)).toEqual([
      ['__proto__', 'A'],
      ['cancer', '1'],
      ['image_id', '7'],
    ])
    const [bare] = parseCsvRows(text, 'images.csv', columns, { cells: false })
    expect(bare).toEqual({ line: 2, cells: {}, values: row!.values })
    const [some] = parseCsvRows(text, 'images.csv', columns, { cellsExcept: ['__proto__', 'cancer'] })
    expect(some).toEqual({ line: 2, cells: { image_id: '7' }, values: row!.values })
  })

  it('names a missing column and those that are there', () => {
    const error = errorOf(() => parseCsvRows('id,cancer\n7,0\n', 'images.csv', columns))
    expect(error).toMatchObject({ code: 'missing-column', details: { column: 'image_id', line: 1 } })
    expect(error.message).toContain('only id, cancer')
  })

  it('says so where the cells are separated by semicolons', () => {
    expect(errorOf(() => parseCsvRows('image_id;cancer\n7;0\n', 'images.csv', columns)).message).toMatch(
      /separated by semicolons or tabs: save it with commas\.$/,
    )
  })

  it('names line, column and value of a bad cell', () => {
    const error = errorOf(() => parseCsvRows('image_id,cancer\n"7\n7",0\n8,maybe\n', 'images.csv', columns))
    expect(error.message).toBe(
      'Expected 0 or 1 for cancer but received "maybe" on line 4 of images.csv. Correct that cell.',
    )
    expect(error.details).toEqual({ path: 'images.csv', line: 4, column: 'cancer', value: 'maybe' })
  })

  it('names both lines of a value that should occur once, whatever the spaces around it', () => {
    const text = 'image_id,cancer\n7,0\n8,0\n 7,1\n'
    const error = errorOf(() => parseCsvRows(text, 'images.csv', columns, { unique: ['imageId'] }))
    expect(error.message).toContain('7 on line 2 and again on line 4')
    expect(error.code).toBe('duplicate-value')
    expect(parseCsvRows(text, 'images.csv', columns)).toHaveLength(3)
  })

  it('goes on after bad and repeated values where somebody wants to hear of all of them', () => {
    const faults: unknown[] = []
    const text = 'image_id,cancer\n7,0\n8,maybe\n7,1\n,0\n9,1\n'
    const options = { unique: ['imageId'] as const, onFault: (error: CsvError) => faults.push(error.details) }
    const rows = parseCsvRows(text, 'images.csv', columns, options)
    expect(rows.map(({ line, values }) => [line, values.imageId])).toEqual([
      [2, '7'],
      [6, '9'],
    ])
    expect(faults).toMatchObject([
      { line: 3, column: 'cancer' },
      { line: 4, column: 'image_id', value: '7' },
      { line: 5, column: 'image_id', value: '' },
    ])
    expect(errorOf(() => parseCsvRows('id\n7\n', 'images.csv', columns, options)).code).toBe('missing-column')
  })
})

describe('mapCsvRows', () => {
  const ids = { id: requiredColumn('id', z.string().min(1, 'an id')) }
  const text = 'id\n1\n\n2\n3\n'

  it('has what is made of each row, in order, with its line', () => {
    expect(mapCsvRows(text, 'ids.csv', ids, {}, ({ line, values }) => `${line}:${values.id}`)).toEqual([
      '2:1',
      '4:2',
      '5:3',
    ])
  })

  it('meets the first fault first, whether of a cell or of what is made of a row', () => {
    const made = (content: string) =>
      mapCsvRows(content, 'ids.csv', ids, { unique: ['id'] }, ({ line, values }) => {
        if (values.id === '2') throw new CsvError('bad-value', `Expected no 2 on line ${line}.`, { line })
        return values.id
      })
    expect(() => made('id\n1\n2\n1\n')).toThrow('Expected no 2 on line 3.')
    expect(() => made('id\n1\n1\n2\n')).toThrow('Expected each id once')
  })
})
