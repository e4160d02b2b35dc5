/** Side and view of a picture from its name, for files that cannot say it themselves: `P7_L_CC.png`, `rmlo.jpg`. */
export interface NameFacts {
  readonly laterality?: 'L' | 'R'
  readonly view?: string
}

const sides: Readonly<Record<string, 'L' | 'R'>> = { L: 'L', LEFT: 'L', R: 'R', RIGHT: 'R' }
const views = ['CC', 'MLO', 'ML', 'LM', 'LMO', 'XCCL', 'XCCM']

/**
 * What a file's name says; nothing where it names both sides, or two views.
 *
 * @example
 * nameFacts('/data/p7/left_mlo.png') // { laterality: 'L', view: 'MLO' }
 */
export function nameFacts(path: string): NameFacts {
  const words = path
    .replace(/^.*[/\\]/s, '')
    .replace(/\.[^.]*$/, '')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .flatMap(takeApart)
  const laterality = onlyOne(words.flatMap((word) => sides[word] ?? []))
  const view = onlyOne(words.filter((word) => views.includes(word)))
  return { ...(laterality && { laterality }), ...(view && { view }) }
}

/** `LCC` is two words; `LM` and `LMO` are views. */
function takeApart(word: string): string[] {
  if (views.includes(word)) return [word]
  const [side, view] = [word.slice(0, 1), word.slice(1)]
  return side in sides && views.includes(view) ? [side, view] : [word]
}

function onlyOne<T>(found: readonly T[]): T | undefined {
  return new Set(found).size === 1 ? found[0] : undefined
}
