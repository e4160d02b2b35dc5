/** View Code Sequence (0054,0220) and its View Modifier Code Sequence (0054,0222): PS3.16 CID 4014 and 4015, PS3.3 C.8.11.7. */
import type { DicomElements } from './elements.ts'

/** Abbreviations of View Position by SNOMED CT code, and by the SNOMED RT code of older files. */
const views: ReadonlyMap<string, string> = new Map([
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
  ['R-40AAA', 'ISO'],
  ['399192008', 'XCCL'],
  ['R-1024A', 'XCCL'],
  ['Y-X1770', 'XCCL'],
  ['399101009', 'XCCM'],
  ['R-1024B', 'XCCM'],
  ['Y-X1771', 'XCCM'],
])

const specimens: ReadonlySet<string> = new Set(['127457009', 'G-8310'])

/** By the same codes. */
const modifiers: ReadonlyMap<string, string> = new Map([
  ['399161006', 'cleavage'],
  ['R-102D2', 'cleavage'],
  ['399011000', 'axillary-tail'],
  ['R-102D1', 'axillary-tail'],
  ['399197002', 'rolled-lateral'],
  ['R-102D3', 'rolled-lateral'],
  ['399226006', 'rolled-medial'],
  ['R-102D4', 'rolled-medial'],
  ['414493004', 'rolled-inferior'],
  ['R-102CA', 'rolled-inferior'],
  ['415670009', 'rolled-superior'],
  ['R-102C9', 'rolled-superior'],
  ['399209000', 'implant-displaced'],
  ['R-102D5', 'implant-displaced'],
  ['399163009', 'magnification'],
  ['R-102D6', 'magnification'],
  ['399055006', 'spot-compression'],
  ['R-102D7', 'spot-compression'],
  ['399110001', 'tangential'],
  ['R-102C2', 'tangential'],
  ['442581004', 'nipple-in-profile'],
  ['R-40AB3', 'nipple-in-profile'],
  ['441752004', 'anterior-compression'],
  ['P2-00161', 'anterior-compression'],
  ['442593008', 'infra-mammary-fold'],
  ['R-40ABE', 'infra-mammary-fold'],
  ['442580003', 'axillary-tissue'],
  ['R-40AB2', 'axillary-tissue'],
])

/** The view that the image's code names, for files that have no View Position (tomosynthesis). */
export function viewFromCode(elements: DicomElements): string | undefined {
  const code = codeOf(viewItem(elements))
  return code === undefined ? undefined : views.get(code)
}

/** Modifiers of the view, `specimen` for tissue that is no breast any more; codes that are not known. */
export function modifiersFromCode(elements: DicomElements): { modifiers: string[]; unknown: string[] } {
  const view = viewItem(elements)
  // Within the view's item in mammography, at the top level in older files.
  const items = [...(view?.items('00540222') ?? []), ...elements.items('00540222')]
  const codes = items.flatMap((item) => codeOf(item) ?? [])
  const isSpecimen = specimens.has(codeOf(view) ?? '')
  const known = codes.flatMap((code) => modifiers.get(code) ?? [])
  return {
    modifiers: [...new Set([...(isSpecimen ? ['specimen'] : []), ...known])],
    unknown: codes.filter((code) => !modifiers.has(code)),
  }
}

/** At the top level, or in the functional groups of all frames or of the first. */
function viewItem(elements: DicomElements): DicomElements | undefined {
  const groups = ['52009229', '52009230'].flatMap((tag) => elements.items(tag)[0] ?? [])
  const within = groups.flatMap((group) => [group, ...group.tags.flatMap((tag) => group.items(tag)[0] ?? [])])
  return [elements, ...within].flatMap((one) => one.items('00540220')[0] ?? [])[0]
}

/** Code Value (0008,0100), which holds 16 characters, or Long Code Value (0008,0119). */
function codeOf(item: DicomElements | undefined): string | undefined {
  return item?.text('00080100') ?? item?.text('00080119')
}
