/** Modality LUT or rescale: stored values to values of the modality (PS3.3 C.11.1). */
import { DicomError } from '../dicom-error.ts'
import { attributes } from '../header/attributes.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { lookUp } from '../header/lookup-table.ts'

/**
 * The function that the header describes; the table wins where both are there.
 *
 * @throws {DicomError} `invalid-header` for a rescale or a table that cannot be read
 */
export function modalityFunction(header: DicomHeader): (stored: number) => number {
  const table = header.modalityLut
  if (table !== undefined) return (stored) => lookUp(table, stored)
  if (header.warnings.some(({ keyword }) => keyword === 'modalityLut')) throw unusable(header, 'modalityLut')
  const slope = header.rescaleSlope ?? 1
  const intercept = header.rescaleIntercept ?? 0
  if (!Number.isFinite(slope) || slope === 0) throw unusable(header, 'rescaleSlope')
  if (!Number.isFinite(intercept)) throw unusable(header, 'rescaleIntercept')
  return (stored) => stored * slope + intercept
}

const tags = {
  modalityLut: '00283000',
  rescaleSlope: attributes.rescaleSlope.tag,
  rescaleIntercept: attributes.rescaleIntercept.tag,
}

const expected = { modalityLut: 'a whole table', rescaleSlope: 'a number other than 0', rescaleIntercept: 'a number' }

function unusable(header: DicomHeader, keyword: keyof typeof tags): DicomError {
  const isTable = keyword === 'modalityLut'
  const text = header.warnings.find((warning) => warning.keyword === keyword)?.text
  const received = isTable ? 'a damaged one' : text === undefined ? header[keyword] : JSON.stringify(text)
  return new DicomError(
    'invalid-header',
    `Expected ${expected[keyword]} for ${keyword} (${tags[keyword]}) but received ${received}. Gray levels cannot be known; stored values can be read.`,
    { keyword, tag: tags[keyword] },
  )
}
