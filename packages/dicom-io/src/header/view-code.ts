/** View Code Sequence (0054,0220) to the abbreviations of View Position: PS3.16 CID 4014, PS3.3 C.8.11.7. */
import type { DicomElements } from './elements.ts'

/** By SNOMED CT code, and by the SNOMED RT code of older files. */
const abbreviations: ReadonlyMap<string, string> = new Map([
  ['399260004', 'ML'],
  ['R-10224', 'ML'],
  ['399368009', 'MLO'],
  ['R-10226', 'MLO'],
  ['399352003', 'LM'],
  ['R-10228', 'LM'],
  ['399099002', 'LMO'],
  ['R-10230', 'LMO'],
  ['399162004', 'CC'],
  ['R-10242', 'CC'],
  ['399196006', 'FB'],
  ['R-10244', 'FB'],
  ['399188001', 'SIO'],
  ['R-102D0', 'SIO'],
  ['441555000', 'ISO'],
  ['399192008', 'XCCL'],
  ['399101009', 'XCCM'],
])

/** The view that the image's code names, for files that have no View Position (tomosynthesis). */
export function viewFromCode(elements: DicomElements): string | undefined {
  const code = elements.items('00540220')[0]?.text('00080100')
  return code === undefined ? undefined : abbreviations.get(code)
}
