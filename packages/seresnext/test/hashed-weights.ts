/** tools/golden/hashed_weights.py in TypeScript: weights and images that both sides make alike. */
import type { StateDict } from '../src/index.ts'

type Shapes = Iterable<readonly [string, { readonly shape: readonly number[] }]>

export function hashedState(shapes: Shapes): StateDict {
  return new Map(
    Array.from(shapes, ([name, { shape }]) => [name, { dtype: 'F32', shape, data: hashedTensor(name, shape) }]),
  )
}

/** [N, H, W, 1] in row-major order; with one channel that is also [N, 1, H, W]. */
export function hashedImages(name: string, count: number, height: number, width: number): Float32Array {
  const [rows, columns] = [Math.ceil(height / 16), Math.ceil(width / 16)]
  const noise = hashed(`${name}.noise`, count * height * width)
  const squares = hashed(`${name}.squares`, count * rows * columns)
  return Float32Array.from(noise, (value, index) => {
    const [x, y] = [index % width, Math.floor(index / width) % height]
    const image = Math.floor(index / (width * height))
    const square = squares[(image * rows + (y >> 4)) * columns + (x >> 4)]
    return 2 * square - 1 + (value - 0.5)
  })
}

/** `count` numbers 0 <= u < 1: FNV-1a of the name, then MurmurHash3's finalizer of each index. */
export function hashed(name: string, count: number): Float64Array {
  let seed = 0x811c9dc5
  for (const letter of name) seed = Math.imul(seed ^ letter.charCodeAt(0), 0x01000193)
  const values = new Float64Array(count)
  for (let index = 0; index < count; index++) {
    let h = (Math.imul(index, 0x9e3779b9) + seed) | 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    values[index] = ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
  }
  return values
}

function hashedTensor(name: string, shape: readonly number[]): Float32Array {
  const values = hashed(
    name,
    shape.reduce((product, length) => product * length, 1),
  )
  // Float32Array.from with a function takes ten times as long.
  return new Float32Array(values.map(kindOf(name, shape)))
}

function kindOf(name: string, shape: readonly number[]): (u: number) => number {
  const leaf = name.slice(name.lastIndexOf('.') + 1)
  if (shape.length === 4) {
    const bound = Math.sqrt(6 / (shape[1] * shape[2] * shape[3]))
    return (u) => (2 * u - 1) * bound
  }
  if (shape.length === 2) return (u) => (2 * u - 1) * (1 / Math.sqrt(shape[1]))
  if (leaf === 'running_var') return (u) => 0.75 + 0.5 * u
  if (leaf === 'weight') return name.includes('.bn3.') ? (u) => 0.075 + 0.075 * u : (u) => 0.75 + 0.5 * u
  if (leaf === 'bias' && name.includes('.bn3.')) return (u) => 0.1 + 0.2 * u
  if (leaf === 'bias' && /bn|downsample/.test(name)) return (u) => 1 + u
  return (u) => 0.2 * u - 0.1
}
