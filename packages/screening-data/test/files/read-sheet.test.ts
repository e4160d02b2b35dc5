import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readSheet } from '../../src/files/read-sheet.ts'
import { SourceFolder } from '../../src/files/source-folder.ts'

const folder = fileURLToPath(new URL('../fixtures/sheets', import.meta.url))
const [header, ...expected]: { line: number; cells: string[] }[] = JSON.parse(
  readFileSync(`${folder}/sheets.json`, 'utf8'),
)

test('reads the cells that openpyxl wrote, spaces, numbers and rich text included, each row with its number', async () => {
  const { rows, header: columns } = await readSheet(new SourceFolder(folder), 'sheets.xlsx', ['Patient_ID'], 'all')
  expect(columns).toEqual(header!.cells.map((name) => name.trim()))
  expect(rows.map(({ line, cells }) => ({ line, cells: Object.values(cells) }))).toEqual(expected)
})

test('without a name the first sheet is read, and a column that is absent is an error', async () => {
  const source = new SourceFolder(folder)
  expect((await readSheet(source, 'sheets.xlsx', [])).header).toEqual(['another sheet'])
  const absent = readSheet(source, 'sheets.xlsx', ['Image_name'])
  await expect(absent).rejects.toMatchObject({ code: 'missing-column', details: { column: 'Image_name' } })
})
