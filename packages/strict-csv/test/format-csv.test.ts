import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCsv, parseCsv } from '../src/index.ts'
import { errorOf } from './error-of.ts'

describe('formatCsv', () => {
  it('quotes what needs quotes, writes null and undefined as nothing and ends lines with a line feed', () => {
    expect(
      formatCsv(
        ['id', 'note'],
        [
          [1, 'a, "b"'],
          [-0.5, null],
          [3, undefined],
        ],
      ),
    ).toBe('id,note\n1,"a, ""b"""\n-0.5,\n3,\n')
  })

  it('is read back exactly, whatever the cells', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'é', '\ufeff', '\t') }),
    )
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      )
    fc.assert(
      fc.property(table, (rows) => {
        const columns = rows[0]!.map((_, index) => `column${index}`)
        const { header, records } = parseCsv(formatCsv(columns, rows), 'table.csv')
        expect(header).toEqual(columns)
        expect(records.map(({ cells }) => cells)).toEqual(rows)
      }),
      { numRuns: 1000 },
    )
  })

  it('names a column that occurs twice, a row of another length, and a lone empty cell', () => {
    expect(errorOf(() => formatCsv(['id', 'id'], [])).message).toBe(
      'Expected each column once for columns but received id twice. Rename one.',
    )
    expect(errorOf(() => formatCsv(['id', 'note'], [['1']])).message).toMatch(/2 cells for row 0 but received 1/)
    expect(errorOf(() => formatCsv(['id'], [['1'], ['']])).message).toMatch(/only cell of row 1/)
  })
})
