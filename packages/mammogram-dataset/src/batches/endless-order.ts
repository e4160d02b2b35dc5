import { createRandom } from '@mammokit/seeded-random'

/** Position to row in an endless sequence of shuffled passes over the rows. */
export function endlessOrder(rows: Int32Array, seed: number, name: string): (position: number) => number {
  let pass = -1
  let order = rows
  return (position) => {
    const wanted = Math.floor(position / rows.length)
    if (wanted !== pass) order = shuffled(rows, seed, name, wanted)
    pass = wanted
    return order[position % rows.length]!
  }
}

export function shuffled(rows: Int32Array, seed: number, name: string, pass: number): Int32Array {
  return createRandom(seed, name, pass).shuffle(rows.slice())
}
