import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CsvCell, formatCsv, parseCsv } from '../src/index.ts'
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

  it.each([
    ['=1+1', "'=1+1"],
    ['+cmd', "'+cmd"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [' =1+1', "' =1+1"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['＝1+1', "'＝1+1"],
    ['-Infinity', "'-Infinity"],
    ["'=1+1", "''=1+1"],
  ])('neutralizes %j and reads it back', (cell, written) => {
    const text = formatCsv(['id', 'note'], [[1, cell]])
    expect(text).toBe(`id,note\n1,${written}\n`)
    expect(parseCsv(text, 'notes.csv').records[0]!.cells[1]).toBe(cell)
  })

  it.each(['-1', '+2.5', '-1e-7', '-.5', "it's", "'quoted'", 'a=b', 'MLO'])('leaves %j as it is', (cell) => {
    expect(formatCsv(['id', 'note'], [[1, cell]])).toBe(`id,note\n1,${cell}\n`)
  })

  it('leaves numbers as they are and neutralizes the name of a column', () => {
    const rows: CsvCell[][] = [[-1e-7, -0.25]]
    const text = formatCsv(['id', '=cmd'], rows)
    expect(text).toBe("id,'=cmd\n-1e-7,-0.25\n")
    expect(parseCsv(text, 'notes.csv').header).toEqual(['id', '=cmd'])
  })

  it('writes different cells differently and no cell that starts as a formula, whatever the cells', () => {
    const cell = fc.string({ unit: fc.constantFrom("'", '=', '-', '+', '@', '\t', '\r', ' ', '1', 'x', '"', ',') })
    const written = (text: string) => formatCsv(['id', 'note'], [[1, text]])
    fc.assert(
      fc.property(cell, cell, (one, other) => {
        expect(written(one) === written(other)).toBe(one === other)
        expect(parseCsv(written(one), 'notes.csv').records[0]!.cells[1]).toBe(one)
        const shown = /^id,note\n1,"?(.*)$/s.exec(written(one))![1]!
        if (/^\s*[=@]|^\s*[+-](?![\d.])|^[\t\r]/.test(shown)) throw new Error(`${JSON.stringify(one)} is executed`)
      }),
      { numRuns: 2000 },
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
