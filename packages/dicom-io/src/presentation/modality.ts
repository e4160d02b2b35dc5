/** Modality LUT or rescale: stored values to values of the modality (PS3.3 C.11.1). */
import type { DicomHeader } from '../header/dicom-header.ts'
import { lookUp } from '../header/lookup-table.ts'

/** The function that the header describes; the table wins where both are there. */
export function modalityFunction(header: DicomHeader): (stored: number) => number {
  const table = header.modalityLut
  if (table !== undefined) return (stored) => lookUp(table, stored)
  const slope = header.rescaleSlope ?? 1
  const intercept = header.rescaleIntercept ?? 0
  return (stored) => stored * slope + intercept
}
