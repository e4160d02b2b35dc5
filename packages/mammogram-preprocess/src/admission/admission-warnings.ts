import type { DicomHeader } from '@mammokit/dicom-io'
import { headerFindings } from './header-findings.ts'

/**
 * The warnings that a header alone has of the admission table, refused or not: what is known of an image before its pixels are read.
 *
 * @example
 * admissionWarnings(await readHeader('c-view.dcm')) // ['derived:synthetic']
 */
export function admissionWarnings(header: DicomHeader): string[] {
  return headerFindings(header).map(({ warning }) => warning)
}
