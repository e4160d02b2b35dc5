import type { DicomHeader } from './dicom-header.ts'
import { isView } from './view-in-text.ts'

/**
 * The view as one of DICOM's abbreviations, where the header has one.
 *
 * @example
 * viewOf(await readHeader('1459541791.dcm')) // 'MLO'
 */
export function viewOf({ viewPosition }: DicomHeader): string | undefined {
  return isView(viewPosition) ? viewPosition!.trim().toUpperCase() : undefined
}
