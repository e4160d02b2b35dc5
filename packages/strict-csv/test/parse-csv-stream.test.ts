import { describe, expect, it } from 'vitest'
import { type CsvTable, type ParseCsvOptions, parseCsv, parseCsvStream } from '../src/index.ts'
import { errorOf } from './error-of.ts'

/** The bytes in chunks of so many. */
async function* chunksOf(content: string | Uint8Array, size: number) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

/** All pieces as one table. */
async function streamed(
  content: string | Uint8Array,
  size: number,
  options: ParseCsvOptions = {},
): Promise<CsvTable & { pieces: number }> {
  const pieces: CsvTable[] = []
  for await (const piece of parseCsvStream(chunksOf(content, size), 'notes.csv', options)) pieces.push(piece)
  return { header: pieces[0]!.header, records: pieces.flatMap(({ records }) => records), pieces: pieces.length }
}

const rejection = async (content: string | Uint8Array, size: number, options?: ParseCsvOptions) =>
  streamed(content, size, options).then(
    () => undefined,
    (error: Error) => error,
  )

const texts = [
  'id,note\n1,"a, ""b"""\n\n2,"two\nlines"\n3, spaces stay \n',
  '\ufeffid,note\r\n1,"x\r\ny\r"\r\n2,z\r\n3,é 乳 \u{1f600}\r\n',
  'id,note\r1,"a, ""b"""\r2,"a\r\r"\r',
  '\n id , note\n\n1,"a\n\n\n"\n2,"""\n""",\n'.replace('""",', '"""'),
  "id,note\n1,'=1+1\n2,b",
]

describe('parseCsvStream', () => {
  it('gives the records and lines of parseCsv, wherever the chunks end', async () => {
    for (const text of texts) {
      const bytes = new TextEncoder().encode(text)
      for (let size = 1; size <= bytes.length; size++) {
        const { pieces: _, ...table } = await streamed(bytes, size)
        expect(table).toEqual(parseCsv(text, 'notes.csv'))
      }
    }
  })

  it('gives a piece as soon as its records are whole', async () => {
    const rows = Array.from({ length: 1000 }, (_, id) => `${id},"a ""note"" of\nlines"`)
    const { records, pieces } = await streamed(`id,note\n${rows.join('\n')}\n`, 4096)
    expect(records.at(-1)).toEqual({ line: 2000, cells: ['999', 'a "note" of\nlines'] })
    expect(pieces).toBeGreaterThan(5)
  })

  it.each([
    ['an empty file', ''],
    ['a header alone', 'id,note\n'],
    ['a column twice', 'id,id\n1,2\n'],
    ['a cell too few', 'id,note\n1,a\n2\n3,b\n'],
    ['a quote that is never closed', 'id,note\n1,a\n2,"b\n3,c\n'],
    ['text after a closing quote', 'id,note\n1,a\n\n2,"a"b\n'],
    ['a quote within an unquoted cell', 'id,note\n1,"x\r\ny"\n2,5" wide\n'],
    ['a byte that is no UTF-8', Uint8Array.from([...Buffer.from('id,note\r\n1,é\r\n2,'), 0xe9, 0x0a])],
  ])('has the error of parseCsv for %s', async (_, content) => {
    const expected = errorOf(() => parseCsv(content, 'notes.csv'))
    for (const size of [1, 2, 7, 1000]) {
      const error = await rejection(content, size)
      expect(error).toMatchObject({ code: expected.code, details: expected.details, message: expected.message })
    }
  })

  it('goes on after a row of another length where somebody is told of it', async () => {
    const lines: unknown[] = []
    const onFault = ({ details }: { details: { line?: number } }) => lines.push(details.line)
    const { records } = await streamed('id,note\n1,a\n2\n3,b\n4,c,d\n', 8, { onFault })
    expect(records.map(({ line }) => line)).toEqual([2, 4])
    expect(lines).toEqual([3, 5])
  })

  it('does not take the rest of a file for one cell', async () => {
    const text = `id,note\n1,"a\n${'2,b\n'.repeat(2 ** 22)}`
    async function* endless() {
      for (let at = 0; at < 8; at++) yield* chunksOf(at === 0 ? text : '3,c\n'.repeat(2 ** 20), 2 ** 22)
    }
    const pieces = parseCsvStream(endless(), 'notes.csv')
    await expect(pieces.next()).rejects.toMatchObject({ code: 'malformed-csv', details: { line: 2 } })
  })
})
