/** Patient, side and view as the name of a picture has them: PNG, JPEG, TIFF and PGM say nothing themselves. */
import { dirname, parse } from 'node:path'

export interface NameFacts {
  readonly patientId: string
  readonly laterality: 'L' | 'R' | ''
  readonly view: string
  /** `patient:from-name`, `patient:from-folder` or `patient:unknown`; `laterality:inferred`, `view:inferred`. */
  readonly warnings: readonly string[]
}

const side = /^(?:(L)(?:EFT)?|(R)(?:IGHT)?)$/
const view = /^(?:CC|MLO|ML|LM|LMO|XCCL|XCCM|SIO|ISO|FB)$/
/** Both in one word: `LCC`, `RMLO`. */
const both = /^(L|R)(CC|MLO|ML|LM|LMO|XCCL|XCCM|SIO|ISO|FB)$/

/**
 * The facts in a path such as `P_00001_LEFT_CC.png`: the patient is what stands before side and view, else the first of two numbers
 * (`10006_462822612.png`), else the folder, else the whole name, with a warning for each.
 *
 * @param source path relative to the input folder
 */
export function factsFromName(source: string): NameFacts {
  const { name } = parse(source)
  const words = [...name.matchAll(/[A-Za-z0-9]+/g)].map((match) => ({ word: match[0].toUpperCase(), at: match.index }))
  const sides = new Set<string>()
  const views = new Set<string>()
  let first: number | undefined
  for (const { word, at } of words) {
    const found = both.exec(word)
    const laterality = found?.[1] ?? side.exec(word)?.slice(1).find(Boolean)
    const position = found?.[2] ?? view.exec(word)?.[0]
    if (laterality) sides.add(laterality)
    if (position) views.add(position)
    if (laterality || position) first ??= at
  }
  const laterality = sides.size === 1 ? ([...sides][0] as 'L' | 'R') : ''
  const viewName = views.size === 1 ? [...views][0]! : ''
  const [patientId, warning] = patientOf(source, viewName === '' ? '' : name.slice(0, first))
  return {
    patientId,
    laterality,
    view: viewName,
    warnings: [warning, ...(laterality ? ['laterality:inferred'] : []), ...(viewName ? ['view:inferred'] : [])],
  }
}

function patientOf(source: string, before: string): [id: string, warning: string] {
  const prefix = before.replace(/[^A-Za-z0-9]+$/, '')
  const { name } = parse(source)
  const number = /^(\d+)[_@-]\d+$/.exec(name)?.[1]
  if (prefix !== '') return [prefix, 'patient:from-name']
  if (number !== undefined) return [number, 'patient:from-name']
  const folder = dirname(source)
  return folder === '.' ? [name, 'patient:unknown'] : [folder, 'patient:from-folder']
}
