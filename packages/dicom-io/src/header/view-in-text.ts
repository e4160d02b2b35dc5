/** Abbreviations of views in texts (PS3.16 CID 4014 and 4015). */

/** Abbreviations of PS3.16 CID 4014 (views) and of those of CID 4015 (view modifiers) that files give as a view. */
const views: ReadonlySet<string> = new Set(
  'CC MLO ML LMO LM FB SIO ISO XCCL XCCM AT CV RL RM RS RI TAN ID NP AC IMF'.split(' '),
)

/** Views that a text names beyond doubt, the side before or after them: `R MLO`, `LCC`, `CC-R`, `LEFT ML`. */
const named =
  /(?:^|[^A-Z])(LEFT|RIGHT|[LR])?[ _-]?(MLO|CC|LMO|XCCL|XCCM|SIO|ISO|ML|LM)(?:[ _-]?(LEFT|RIGHT|[LR]))?(?![A-Z])/g

export function isView(text: string | undefined): boolean {
  return text !== undefined && views.has(text.trim().toUpperCase())
}

/** The view in a text that names one, and the side if it names that too; two different views are none. */
export function viewAndSideIn(text: string): { readonly view?: string; readonly side?: 'L' | 'R' } {
  const matches = [...text.toUpperCase().matchAll(named)]
  const [first] = matches
  if (first === undefined || matches.some((match) => match[2] !== first[2])) return {}
  const sides = new Set(
    matches
      .flatMap((match) => [match[1], match[3]])
      .filter((side) => side !== undefined)
      .map((side) => side[0]),
  )
  return { view: first[2]!, ...(sides.size === 1 ? { side: [...sides][0] as 'L' | 'R' } : {}) }
}
