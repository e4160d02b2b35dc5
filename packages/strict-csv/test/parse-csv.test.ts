import { describe, expect, it } from 'vitest'
import { type CsvError, parseCsv } from '../src/index.ts'
import { errorOf } from './error-of.ts'

describe('parseCsv', () => {
  it('reads the bytes of a file in UTF-8 as its text', () => {
    const text = '\ufeffid,note\n1,"é 乳 \u{1f600} \ufffd"\n'
    expect(parseCsv(new TextEncoder().encode(text), 'notes.csv')).toEqual(parseCsv(text, 'notes.csv'))
  })

  it.each([
    ['Latin-1', [...Buffer.from('id,note\r\n1,ok\r\n2,caf\xe9\r\n', 'latin1')], 3, 20, 0xe9],
    ['Latin-1 after other letters', [...Buffer.from('id,"é\n�"\n1,'), 0xff, 0x0a], 3, 14, 0xff],
    ['UTF-16', [0xff, 0xfe, ...Buffer.from('id\n', 'utf16le')], 1, 0, 0xff],
    ['a letter that is cut off', [...Buffer.from('id\r1\ré').subarray(0, -1)], 3, 5, 0xc3],
  ])('refuses %s with the line and the offset of the byte', (_, bytes, line, offset, value) => {
    const error = errorOf(() => parseCsv(Uint8Array.from(bytes), 'notes.csv'))
    expect(error).toMatchObject({ code: 'not-utf-8', details: { path: 'notes.csv', line, offset, value } })
    const hex = `0x${value.toString(16).toUpperCase()}`
    expect(error.message).toContain(
      `Expected UTF-8 for notes.csv but received byte ${hex} on line ${line} (offset ${offset})`,
    )
  })

  it('separates cells by semicolons or tabs where told, quotes included, and by nothing else then', () => {
    for (const delimiter of [';', '\t'] as const) {
      const text = ['id,x', '"a"', '1,2', `"b${delimiter}c"`].join(delimiter).replace(/(.*?a")./, '$1\n')
      expect(parseCsv(text, 'notes.csv', { delimiter })).toEqual({
        header: ['id,x', 'a'],
        records: [{ line: 2, cells: ['1,2', `b${delimiter}c`] }],
      })
      const stray = errorOf(() => parseCsv('id\n1,"a"\n', 'notes.csv', { delimiter }))
      expect(stray).toMatchObject({ code: 'malformed-csv', details: { line: 2 } })
    }
  })

  it('gives the header, and the cells of each record with the line that it starts on', () => {
    expect(parseCsv('id,note\n1,"a, ""b"""\n\n2,"two\nlines"\n3, spaces stay \n', 'notes.csv')).toEqual({
      header: ['id', 'note'],
      records: [
        { line: 2, cells: ['1', 'a, "b"'] },
        { line: 4, cells: ['2', 'two\nlines'] },
        { line: 6, cells: ['3', ' spaces stay '] },
      ],
    })
  })

  it('reads the same cells with a byte-order mark, CRLF, lone CR, mixed line ends, blank lines and no last line end', () => {
    const expected = [['id', 'note'], ...[1, 2].map((id) => [`${id}`, 'a, "b"'])]
    const variants = [
      'id,note\n1,"a, ""b"""\n2,"a, ""b"""\n',
      '\ufeffid,note\n1,"a, ""b"""\n2,"a, ""b"""',
      'id,note\r\n1,"a, ""b"""\r\n2,"a, ""b"""\r\n',
      'id,note\r1,"a, ""b"""\r2,"a, ""b"""\r',
      'id,note\n1,"a, ""b"""\r\n2,"a, ""b"""',
      '\n id , note\n\n1,"a, ""b"""\n2,"a, ""b"""\n\n',
    ]
    for (const text of variants) {
      const { header, records } = parseCsv(text, 'notes.csv')
      expect([header, ...records.map(({ cells }) => cells)]).toEqual(expected)
    }
  })

  it('keeps a line end that is quoted as it is, also at the end of a line, and counts it as one line', () => {
    const { records } = parseCsv('id,note\r\n1,"x\r\ny\r"\r\n2,z\r\n', 'notes.csv')
    expect(records).toEqual([
      { line: 2, cells: ['1', 'x\r\ny\r'] },
      { line: 5, cells: ['2', 'z'] },
    ])
  })

  it.each([
    ['an empty file', '', 'empty-file', 1],
    ['a byte-order mark alone', '\ufeff', 'empty-file', 1],
    ['a header alone', 'id,note\n', 'empty-file', 1],
    ['a column twice', 'id,id\n1,2\n', 'duplicate-column', 1],
    ['a column twice, once with a space', 'id, id\n1,2\n', 'duplicate-column', 1],
    ['a cell too few', 'id,note\n1,a\n2\n', 'malformed-csv', 3],
    ['a cell too many', 'id,note\n1,a\n2,b,c\n', 'malformed-csv', 3],
    ['a line of spaces', 'id,note\n1,a\n  \n', 'malformed-csv', 3],
    ['a quote that is never closed', 'id,note\n1,a\n2,"b\n3,c\n', 'malformed-csv', 3],
    ['a quote that opens a cell and swallows lines', 'id,note\n1,"a\n2,b\n3,"c"\n4,d\n', 'malformed-csv', 2],
    ['text after a closing quote', 'id,note\n1,"a"b\n', 'malformed-csv', 2],
    ['a quote within an unquoted cell', 'id,note\n1,"x\r\ny"\n2,5" wide\n', 'malformed-csv', 4],
    ['two quotes within an unquoted cell', 'id,note\n1,a\n2,a "b" c\n', 'malformed-csv', 3],
  ])('gives an error with the line for %s', (_, text, code, line) => {
    const error = errorOf(() => parseCsv(text, 'some/notes.csv'))
    expect(error.message).toMatch(/^Expected .* for .*some\/notes\.csv .*\.$/)
    expect(error.message).toContain(`line ${line}`)
    expect(error).toMatchObject({ code, details: { line, path: 'some/notes.csv' } })
  })

  it('goes on after a row of another length where somebody is told of it', () => {
    const errors: string[] = []
    const options = { onFault: ({ message }: Error) => errors.push(message) }
    const { records } = parseCsv('id,note\n1,"a"\n2\n3,b\n4,c,d\n', 'notes.csv', options)
    expect(records.map(({ line }) => line)).toEqual([2, 4])
    expect(errors).toEqual([
      expect.stringMatching(/^Expected 2 cells for line 3 of notes\.csv but received 1\./),
      expect.stringMatching(/^Expected 2 cells for line 5 of notes\.csv but received 3\./),
    ])
  })

  it.each([
    ['a quote within an unquoted cell', 'id,note\n1,5" wide\n2,"b"\n3,c\n', [2], ['2', '3']],
    ['several of them', 'id,note\r\n1,5" wide\r\n2,"b\r\nc"\r\n3,6" wide\r\n4,d\r\n', [2, 5], ['2', '4']],
    ['text after a closing quote', 'id,note\n1,"a"b\n2,"c"\n', [2], ['2']],
    ['a quote that is never closed', 'id,note\n1,"a"\n2,"b\n3,c\n4,d\n', [3], ['1', '3', '4']],
    ['another length beside', 'id,note\n1,"a"\n2\n3,c"\n4,d\n', [4, 3], ['1', '4']],
  ])('goes on after %s where somebody is told of it', (_, text, faults, ids) => {
    const lines: unknown[] = []
    const options = { onFault: ({ details }: CsvError) => lines.push(details.line) }
    expect(parseCsv(text, 'notes.csv', options).records.map(({ cells }) => cells[0])).toEqual(ids)
    expect(lines).toEqual(faults)
  })

  it('does not go on after wrong quotes in the header, nor after ever so many', () => {
    const options = { onFault: () => undefined }
    expect(errorOf(() => parseCsv('\nid,no"te\n1,a\n', 'notes.csv', options)).details.line).toBe(2)
    const text = `id,note\n${'1,5" wide\n'.repeat(200)}`
    expect(errorOf(() => parseCsv(text, 'notes.csv', options))).toMatchObject({ code: 'malformed-csv' })
  })

  it('accepts a header without rows where asked for', () => {
    expect(parseCsv('id,note\n', 'notes.csv', { allowEmpty: true })).toEqual({ header: ['id', 'note'], records: [] })
    expect(errorOf(() => parseCsv('', 'notes.csv', { allowEmpty: true })).code).toBe('empty-file')
  })
})
