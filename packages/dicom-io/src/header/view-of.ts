import type { DicomHeader } from './dicom-header.ts'
import { viewFromCode } from './view-code.ts'

/** Abbreviations of PS3.16 CID 4014 (views) and of those of CID 4015 (view modifiers) that files give as a view. */
const views: ReadonlySet<string> = new Set(
  'CC MLO ML LMO LM FB SIO ISO XCCL XCCM AT CV RL RM RS RI TAN ID NP AC IMF'.split(' '),
)

/**
 * The view as one of DICOM's abbreviations: View Position (0018,5101) where it is one, in any case, else that of the View Code
 * Sequence (0054,0220); undefined where neither is.
 *
 * @example
 * viewOf(await readHeader('1459541791.dcm')) // 'MLO'
 */
export function viewOf(header: DicomHeader): string | undefined {
  const position = header.viewPosition?.trim().toUpperCase() ?? ''
  return views.has(position) ? position : viewFromCode(header.elements)
}
