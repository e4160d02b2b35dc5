import { strToU8, zipSync } from 'fflate'

type Cell = string | number | null
const escapeXml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')

/** An Excel file (ECMA-376): texts are shared strings, as Excel writes them, and numbers are numbers. */
export function writeXlsx(sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>): Uint8Array {
  const strings: string[] = []
  const names = Object.keys(sheets)
  const cell = (value: Cell, reference: string) => {
    if (value === null) return ''
    if (typeof value === 'number') return `<c r="${reference}"><v>${value}</v></c>`
    return `<c r="${reference}" t="s"><v>${strings.push(value) - 1}</v></c>`
  }
  const sheet = (rows: readonly (readonly Cell[])[]) => {
    const lines = rows.map((cells, y) => {
      const line = cells.map((value, x) => cell(value, `${String.fromCharCode(65 + x)}${y + 1}`))
      return `<row r="${y + 1}">${line.join('')}</row>`
    })
    return xml(`<worksheet ${main}><sheetData>${lines.join('')}</sheetData></worksheet>`)
  }
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const relationships = 'http://schemas.openxmlformats.org/package/2006/relationships'
  const xml = (text: string) => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${text}`)
  const target = (id: number, type: string, path: string) =>
    `<Relationship Id="rId${id}" Type="${office}/${type}" Target="${path}"/>`
  const files: Record<string, Uint8Array> = {}
  names.forEach((name, at) => {
    files[`xl/worksheets/sheet${at + 1}.xml`] = sheet(sheets[name]!)
  })
  const items = names.map((name, at) => `<sheet name="${escapeXml(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
  const targets = names.map((_, at) => target(at + 1, 'worksheet', `worksheets/sheet${at + 1}.xml`))
  const shared = strings.map((text) => `<si><t xml:space="preserve">${escapeXml(text)}</t></si>`)
  return zipSync({
    '[Content_Types].xml': xml(
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>`,
    ),
    '_rels/.rels': xml(
      `<Relationships xmlns="${relationships}">${target(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    ),
    'xl/workbook.xml': xml(`<workbook ${main} xmlns:r="${office}"><sheets>${items.join('')}</sheets></workbook>`),
    'xl/_rels/workbook.xml.rels': xml(
      `<Relationships xmlns="${relationships}">${targets.join('')}${target(names.length + 1, 'sharedStrings', 'sharedStrings.xml')}</Relationships>`,
    ),
    'xl/sharedStrings.xml': xml(`<sst ${main}>${shared.join('')}</sst>`),
    ...files,
  })
}
