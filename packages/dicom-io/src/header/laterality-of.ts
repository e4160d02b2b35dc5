import type { DicomHeader } from './dicom-header.ts'

/**
 * The side of the breast: Image Laterality (0020,0062), else Laterality (0020,0060), where it is one of both sides.
 *
 * @example
 * lateralityOf(await readHeader('1459541791.dcm')) // 'L'
 */
export function lateralityOf(header: DicomHeader): 'L' | 'R' | undefined {
  const value = isSide(header.imageLaterality) ? header.imageLaterality : header.laterality
  return value === 'L' || value === 'R' ? value : undefined
}

/** Both sides in one image are an answer too, which the series does not overrule. */
function isSide(value: string | undefined): boolean {
  return value === 'L' || value === 'R' || value === 'B'
}
