/** Which coefficients the samples of a part of the image depend on. */
import type { Area } from './main-header.ts'

/** A part of a resolution in the next smaller one and its subbands: those within reach of its samples, or a few more. */
export function subbandArea({ x0, y0, x1, y1 }: Area, orientation: number, reach: number): Area {
  const [oddX, oddY] = [orientation & 1, orientation >> 1]
  const first = (from: number, odd: number) => Math.floor((from - reach - odd) / 2)
  const end = (to: number, odd: number) => Math.ceil((to + reach - odd) / 2)
  return { x0: first(x0, oddX), y0: first(y0, oddY), x1: end(x1, oddX), y1: end(y1, oddY) }
}

export function intersect(one: Area, other: Area): Area {
  return {
    x0: Math.max(one.x0, other.x0),
    y0: Math.max(one.y0, other.y0),
    x1: Math.min(one.x1, other.x1),
    y1: Math.min(one.y1, other.y1),
  }
}

export function isEmpty({ x0, y0, x1, y1 }: Area): boolean {
  return x1 <= x0 || y1 <= y0
}
