import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTable, readTablePieces } from '../../src/files/read-table.ts'
import { SourceFolder } from '../../src/files/source-folder.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

test('a table is read piece by piece, so that its size has no limit, and only the columns that are kept are in its rows', async () => {
  const root = await temporaryFolder()
  const rows = Array.from({ length: 2000 }, (_, at) => `${at},"${'dump '.repeat(600)}\n",name of ${at}`)
  await write(join(root, 'table.csv'), `id,dump,name\n${rows.join('\n')}\n`)
  const keep = (name: string) => name !== 'dump'
  const pieces = []
  for await (const piece of readTablePieces(new SourceFolder(root), 'table.csv', ['id'], { keep })) pieces.push(piece)
  expect(pieces.length).toBeGreaterThanOrEqual(5)
  expect(pieces.flat()).toHaveLength(2000)
  expect(pieces.at(-1)!.at(-1)).toEqual({ line: 4000, cells: { id: '1999', name: 'name of 1999' } })
})

test('lines without any cell are skipped, and a table that is absent, or lacks a column, is an error that names it', async () => {
  const root = await temporaryFolder()
  await write(join(root, 'table.csv'), 'id,name\n1,a\n,\n2,b\n')
  const source = new SourceFolder(root)
  const { rows } = await readTable(source, 'table.csv', ['id'])
  expect(rows.map(({ line, cells }) => [line, cells.id])).toEqual([
    [2, '1'],
    [4, '2'],
  ])
  await expect(readTable(source, 'table.csv', ['side'])).rejects.toMatchObject({ details: { column: 'side' } })
  await expect(readTable(source, 'none.csv', [])).rejects.toMatchObject({ code: 'not-found' })
})
