/** Parts of a mask that hang together, by flood fill along rows. */
import type { Box } from '../gray-image.ts'
import type { Mask } from './morphology.ts'

/** Keeps the largest 4-connected part of a mask; an empty mask stays empty. Of two of one size the upper one stays. */
export function largestComponent(mask: Mask): Mask {
  const parts = new Parts(mask, 1)
  let best = 0
  let bestArea = 0
  for (let start = 0; start < mask.data.length; start++) {
    const area = parts.flood(start)
    if (area > bestArea) {
      bestArea = area
      best = parts.count
    }
  }
  return parts.select((label) => label === best && best !== 0)
}

/** Keeps the 4-connected parts of `mask` that touch a pixel of `seed`. */
export function reconstruct(mask: Mask, seed: Mask): Mask {
  const parts = new Parts(mask, 1)
  for (let start = 0; start < mask.data.length; start++) if (seed.data[start] === 1) parts.flood(start)
  return parts.select((label) => label !== 0)
}

/**
 * Adds the pixels outside that cannot reach the frame's edge.
 *
 * @param closedSide a side of the frame that does not count as an edge: dark spots cut by the chest wall are holes too
 */
export function fillHoles(mask: Mask, closedSide?: 'L' | 'R'): Mask {
  const { width, height } = mask
  const parts = new Parts(mask, 0)
  for (let x = 0; x < width; x++) {
    parts.flood(x)
    parts.flood((height - 1) * width + x)
  }
  for (let y = 0; y < height; y++) {
    if (closedSide !== 'L') parts.flood(y * width)
    if (closedSide !== 'R') parts.flood(y * width + width - 1)
  }
  return parts.select((label) => label === 0)
}

/** A 4-connected part of a mask. */
export interface Component {
  /** Pixels. */
  readonly area: number
  readonly box: Box
  /** Calls a function with the index of each of its pixels, row by row. */
  forEach(visit: (at: number) => void): void
}

/** Visits the 4-connected parts of a mask. */
export function eachComponent(mask: Mask, visit: (component: Component) => void): void {
  const { width, data } = mask
  const parts = new Parts(mask, 1)
  const boxes: { left: number; right: number; top: number; bottom: number; area: number }[] = []
  for (let start = 0; start < data.length; start++) {
    const area = parts.flood(start)
    if (area > 0) boxes.push({ left: width, right: 0, top: Number.POSITIVE_INFINITY, bottom: 0, area })
  }
  for (let at = 0; at < data.length; at++) {
    const label = parts.labelAt(at)
    if (label === 0) continue
    const box = boxes[label - 1]
    const x = at % width
    const y = (at - x) / width
    if (x < box.left) box.left = x
    if (x > box.right) box.right = x
    if (y < box.top) box.top = y
    box.bottom = y
  }
  boxes.forEach(({ left, right, top, bottom, area }, i) => {
    const box = { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top }
    visit({
      area,
      box,
      forEach: (each) => {
        for (let y = top; y <= bottom; y++) {
          for (let at = y * width + left; at <= y * width + right; at++) if (parts.labelAt(at) === i + 1) each(at)
        }
      },
    })
  })
}

/** Labels of the parts of one value, given one after another. */
class Parts {
  readonly #mask: Mask
  readonly #value: 0 | 1
  readonly #labels: Int32Array
  count = 0

  constructor(mask: Mask, value: 0 | 1) {
    this.#mask = mask
    this.#value = value
    this.#labels = new Int32Array(mask.data.length)
  }

  /** Labels the part that holds `start`; gives its area, 0 where it is of the other value or has a label. */
  flood(start: number): number {
    const { data, width } = this.#mask
    const value = this.#value
    const labels = this.#labels
    if (data[start] !== value || labels[start] !== 0) return 0
    const label = ++this.count
    let area = 0
    const stack = [start]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (labels[at] !== 0) continue
      const row = at - (at % width)
      let first = at
      while (first > row && data[first - 1] === value) first--
      let end = at + 1
      while (end < row + width && data[end] === value) end++
      labels.fill(label, first, end)
      area += end - first
      if (row > 0) this.#pushRuns(stack, first - width, end - width)
      if (row + width < data.length) this.#pushRuns(stack, first + width, end + width)
    }
    return area
  }

  /** Pushes one pixel of each run of the value that begins in a part of a row, where it has no label. */
  #pushRuns(stack: number[], from: number, end: number): void {
    const { data } = this.#mask
    const value = this.#value
    for (let at = from; at < end; at++) {
      if (data[at] !== value || (at > from && data[at - 1] === value)) continue
      if (this.#labels[at] === 0) stack.push(at)
    }
  }

  labelAt(at: number): number {
    return this.#labels[at]
  }

  select(keep: (label: number) => boolean): Mask {
    const kept = Array.from({ length: this.count + 1 }, (_, label) => (keep(label) ? 1 : 0))
    const data = new Uint8Array(this.#labels.length)
    for (let at = 0; at < data.length; at++) data[at] = kept[this.#labels[at]]
    return { data, width: this.#mask.width, height: this.#mask.height }
  }
}
