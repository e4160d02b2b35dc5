/** The order in which a tile's packets follow one another (ITU-T T.800 B.12). */
import type { CodingStyle } from './main-header.ts'
import type { Precinct, Resolution } from './tile-division.ts'

export interface Packet {
  readonly precinct: Precinct
  readonly layer: number
}

interface Place {
  readonly resolution: number
  readonly component: number
  readonly x: number
  readonly y: number
  readonly precinct: Precinct
}

type Key = Exclude<keyof Place, 'precinct'>

/**
 * By number of progression: what the precincts are sorted by first. Those that are alike in it come layer by layer, in each by resolution,
 * component and raster; the others come with all their layers one after the other.
 */
const orders: readonly (readonly Key[])[] = [
  [],
  ['resolution'],
  ['resolution', 'y', 'x', 'component'],
  ['y', 'x', 'component', 'resolution'],
  ['component', 'y', 'x', 'resolution'],
]

/** Resolutions of a tile, of the smallest `wanted`, that must be read to have them: all where packets of larger ones are among theirs. */
export function resolutionsToRead({ progression, layers, decompositions }: CodingStyle, wanted: number): number {
  const inOrder = (progression === 0 && layers === 1) || progression === 1 || progression === 2
  return inOrder ? wanted : decompositions + 1
}

/** `components`: the resolutions of each, as many as {@link resolutionsToRead} says or more. */
export function* packetsInOrder(
  components: readonly (readonly Resolution[])[],
  { progression, layers }: CodingStyle,
): Generator<Packet> {
  const keys = orders[progression]!
  const places: Place[] = []
  for (let resolution = 0; resolution < components[0]!.length; resolution++) {
    for (const [component, resolutions] of components.entries()) {
      for (const precinct of resolutions[resolution]!.precincts) {
        places.push({ resolution, component, x: precinct.x, y: precinct.y, precinct })
      }
    }
  }
  const compare = (one: Place, other: Place) => {
    const key = keys.find((name) => one[name] !== other[name])
    return key === undefined ? 0 : one[key] - other[key]
  }
  places.sort(compare)
  for (let start = 0; start < places.length; ) {
    let end = start
    while (end < places.length && compare(places[start]!, places[end]!) === 0) end += 1
    for (let layer = 0; layer < layers; layer++) {
      for (let at = start; at < end; at++) yield { precinct: places[at]!.precinct, layer }
    }
    start = end
  }
}
