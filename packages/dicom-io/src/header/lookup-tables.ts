/** The tables of a header that change pixels: Modality LUT and palette. Those of the VOI are read with its windows. */
import { DicomError } from '../dicom-error.ts'
import type { DicomElements } from './elements.ts'
import { headerWarning, type Warn } from './header-warning.ts'
import { isNoSequence, type LookupTable, readLookupTable } from './lookup-table.ts'

export interface TableValues {
  modalityLut?: LookupTable
  palette?: readonly [LookupTable, LookupTable, LookupTable]
}

/** Tables that cannot be read are absent, and a warning says why. */
export function readTables(elements: DicomElements, signed: boolean, warn: Warn): TableValues {
  if (isNoSequence(elements, '00283000')) {
    warn(headerWarning('modalityLut', '00283000', 'malformed', '', 'Expected a sequence; the table is left out.'))
  }
  const modalityItem = elements.items('00283000')[0]
  const modalityLut =
    modalityItem &&
    readTable('modalityLut', '00283000', warn, () => readLookupTable(modalityItem, '00283002', '00283006', signed))
  const palette = ['1', '2', '3'].flatMap((color) => {
    const [descriptor, data] = [`0028110${color}`, `0028120${color}`]
    if (elements.get(descriptor) === undefined || elements.get(data) === undefined) return []
    return readTable('palette', descriptor, warn, () => readLookupTable(elements, descriptor, data, signed)) ?? []
  })
  return {
    ...(modalityLut === undefined ? {} : { modalityLut }),
    ...(palette.length === 3 ? { palette: palette as unknown as [LookupTable, LookupTable, LookupTable] } : {}),
  }
}

function readTable(
  keyword: string,
  tag: string,
  warn: Warn,
  read: () => LookupTable | undefined,
): LookupTable | undefined {
  try {
    const table = read()
    if (table !== undefined) return table
    warn(headerWarning(keyword, tag, 'malformed', '', 'Expected LUT Descriptor and LUT Data; the table is left out.'))
  } catch (error) {
    if (!(error instanceof DicomError)) throw error
    warn(headerWarning(keyword, tag, 'malformed', '', `${error.message} The table is left out.`))
  }
  return undefined
}
