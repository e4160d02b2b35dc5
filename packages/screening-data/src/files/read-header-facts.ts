/** What the header of a DICOM file says. */
import type { DicomHeader } from '@mammokit/dicom-io'

export interface HeaderFacts {
  readonly header: DicomHeader
  readonly laterality: 'L' | 'R' | null
  readonly view: string | null
}

/**
 * The header of a DICOM file, with its side and its view. The decoders' package is loaded with the first file: tables do without.
 *
 * @throws DicomError
 */
export async function readHeaderFacts(path: string): Promise<HeaderFacts> {
  const { lateralityOf, readHeader, viewOf } = await import('@mammokit/dicom-io')
  const header = await readHeader(path)
  return { header, laterality: lateralityOf(header) ?? null, view: viewOf(header) ?? null }
}
