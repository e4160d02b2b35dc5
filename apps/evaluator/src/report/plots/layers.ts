/** What the plots of the report are put together from. */
import { simplifyCurve } from '@mammokit/pf1-metric'
import type { BandPoint } from '../bands.ts'
import { colors, type Plot } from '../plot.ts'

export const square = { width: 400, height: 320 } as const
export const wide = { width: 400, height: 240 } as const
export const share = { domain: [0, 1], nice: false }

/** One layer of a plot. */
export type Layer = Extract<Plot, { layer: unknown }>['layer'][number]

/** Half a pixel, as a share of each axis: points that are closer to a curve only add to the page's size. */
const halfPixelOf = ({ width, height }: { readonly width: number; readonly height: number }) => ({
  x: 0.5 / width,
  y: 0.5 / height,
})

export function band(points: readonly BandPoint[]): Layer {
  return {
    data: { values: [...points].sort((a, b) => a.x - b.x) },
    mark: { type: 'area', color: colors.accent, opacity: 0.14 },
    encoding: {
      x: { field: 'x', type: 'quantitative' },
      y: { field: 'low', type: 'quantitative' },
      y2: { field: 'high' },
    },
  }
}

export const diagonal: Layer = {
  data: {
    values: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ],
  },
  mark: { type: 'line', color: colors.faint, strokeDash: [3, 3], strokeWidth: 1, opacity: 0.6 },
  encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
}

export function axes(x: string, y: string): NonNullable<Extract<Layer, { mark: unknown }>['encoding']> {
  return {
    x: { field: 'x', type: 'quantitative', title: x, scale: share },
    y: { field: 'y', type: 'quantitative', title: y, scale: share },
  }
}

export function curve(points: readonly object[], x: string, y: string): Layer {
  return {
    data: { values: [...points] },
    mark: { type: 'line', interpolate: 'linear', clip: false },
    encoding: { ...axes(x, y), order: { field: 'order', type: 'quantitative' } },
  }
}

export function dot(point: { readonly x: number; readonly y: number }): Layer {
  return {
    data: { values: [point] },
    mark: { type: 'point', filled: true, size: 90, color: colors.cancer, opacity: 1 },
    encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
  }
}

export function thresholdRule(threshold: number): Layer {
  return {
    data: { values: [{ x: threshold }] },
    mark: { type: 'rule', color: colors.cancer, strokeWidth: 1.5 },
    encoding: { x: { field: 'x', type: 'quantitative' } },
  }
}

/** The points that a plot of this size needs, numbered in order. */
export function drawn(
  points: readonly { readonly x: number; readonly y: number }[],
  size: { readonly width: number; readonly height: number },
) {
  if (points.length === 0) return []
  const [x, y] = (['x', 'y'] as const).map((axis) => {
    const values = points.map((point) => point[axis])
    return values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity)
  })
  const half = halfPixelOf(size)
  return simplifyCurve(points, { x: (x || 1) * half.x, y: (y || 1) * half.y }).map((point, order) => ({
    ...point,
    order,
  }))
}
