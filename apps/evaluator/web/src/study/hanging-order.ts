/** The order in which a radiologist hangs the views of a study: R | L, CC above MLO. */

export interface HungView {
  readonly laterality: 'L' | 'R' | null
  readonly view: string | null
}

const viewOrder = ['CC', 'MLO']

/**
 * Rows of views, each with one of the right and one of the left breast; undefined where a side has none. Views of an unknown side come
 * last, each in a row of its own.
 *
 * @example
 * hangingRows([leftMlo, leftCc, rightCc]) // [[rightCc, leftCc], [undefined, leftMlo]]
 */
export function hangingRows<View extends HungView>(views: readonly View[]): (readonly [View?, View?])[] {
  const known = views.filter(({ laterality }) => laterality !== null)
  const names = [...new Set(known.map(({ view }) => view))].sort((a, b) => rankOf(a) - rankOf(b))
  const rows = names.flatMap((name) => {
    const side = (wanted: 'L' | 'R') => known.filter(({ laterality, view }) => laterality === wanted && view === name)
    const [right, left] = [side('R'), side('L')]
    const length = Math.max(right.length, left.length)
    return Array.from({ length }, (_, at) => [right[at], left[at]] as const)
  })
  return [...rows, ...views.filter(({ laterality }) => laterality === null).map((view) => [view] as const)]
}

/** Unknown views behind all that have a name. */
function rankOf(view: string | null): number {
  if (view === null) return viewOrder.length + 1
  const rank = viewOrder.indexOf(view)
  return rank < 0 ? viewOrder.length : rank
}

/**
 * Whether a view is mirrored so that both breasts lie back to back: the chest wall of the right one on the right.
 *
 * @param chestWall side of the frame on which it lies
 */
export function isMirrored(laterality: 'L' | 'R' | null, chestWall: 'L' | 'R'): boolean {
  return laterality !== null && laterality !== chestWall
}
