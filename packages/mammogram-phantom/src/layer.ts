/** A float image in mm coordinates, and the three brushes used to draw on it. */

import { cos, sin } from './portable-math.ts'

export interface Layer {
  readonly data: Float32Array
  readonly width: number
  readonly height: number
  /** Millimeters per pixel. */
  readonly pitch: number
}

export interface PathPoint {
  readonly x: number
  readonly y: number
  readonly widthMm: number
  readonly strength: number
}

export function createLayer(width: number, height: number, pitch: number): Layer {
  return { data: new Float32Array(width * height), width, height, pitch }
}

/**
 * Draws a soft line through the points; where lines cross, the stronger one wins. A line thinner than a pixel is drawn
 * a pixel wide and weaker, so that its area is right at every resolution.
 */
export function strokePath(layer: Layer, points: readonly PathPoint[]): void {
  for (let i = 0; i + 1 < points.length; i++) strokeSegment(layer, points[i], points[i + 1])
}

function strokeSegment(layer: Layer, from: PathPoint, to: PathPoint): void {
  const { data, width, height, pitch } = layer
  const x0 = from.x / pitch - 0.5
  const y0 = from.y / pitch - 0.5
  const dx = to.x / pitch - 0.5 - x0
  const dy = to.y / pitch - 0.5 - y0
  const lengthSquared = dx * dx + dy * dy || 1e-9
  const half0 = from.widthMm / pitch / 2
  const half1 = to.widthMm / pitch / 2
  const reach = Math.max(half0, half1) + 1.5
  const top = Math.max(0, Math.floor(Math.min(y0, y0 + dy) - reach))
  const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y0 + dy) + reach))
  const left = Math.max(0, Math.floor(Math.min(x0, x0 + dx) - reach))
  const right = Math.min(width - 1, Math.ceil(Math.max(x0, x0 + dx) + reach))
  for (let row = top; row <= bottom; row++) {
    const py = row - y0
    for (let column = left; column <= right; column++) {
      const px = column - x0
      const t = Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquared))
      const ex = px - t * dx
      const ey = py - t * dy
      const half = half0 + t * (half1 - half0)
      const drawn = Math.max(half, 0.7)
      const q = (ex * ex + ey * ey) / ((drawn + 0.5) * (drawn + 0.5))
      if (q >= 1) continue
      const value = (from.strength + t * (to.strength - from.strength)) * (half / drawn) * (1 - q)
      const index = row * width + column
      if (value > data[index]) data[index] = value
    }
  }
}

/** Adds value(dx, dy) for every pixel within `reach` of (x, y); all in mm. */
export function addShape(
  layer: Layer,
  x: number,
  y: number,
  reach: number,
  value: (dx: number, dy: number) => number,
): void {
  const { data, width, height, pitch } = layer
  const top = Math.max(0, Math.floor((y - reach) / pitch))
  const bottom = Math.min(height - 1, Math.ceil((y + reach) / pitch))
  const left = Math.max(0, Math.floor((x - reach) / pitch))
  const right = Math.min(width - 1, Math.ceil((x + reach) / pitch))
  for (let row = top; row <= bottom; row++) {
    const dy = (row + 0.5) * pitch - y
    for (let column = left; column <= right; column++) {
      data[row * width + column] += value((column + 0.5) * pitch - x, dy)
    }
  }
}

export interface Grain {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly strength: number
  /** Length over width. */
  readonly aspect: number
  /** Direction of the length, in radians. */
  readonly angle: number
}

/** Adds a small solid grain; below a pixel's size it keeps its volume. */
export function addGrain(layer: Layer, grain: Grain): void {
  const drawn = Math.max(grain.radius, 0.7 * layer.pitch)
  const scaled = (grain.strength * grain.radius * grain.radius) / (drawn * drawn)
  const stretch = Math.sqrt(grain.aspect)
  const along = cos(grain.angle) / (drawn * stretch)
  const across = sin(grain.angle) / (drawn * stretch)
  const ratio = grain.aspect
  addShape(layer, grain.x, grain.y, drawn * Math.max(stretch, 1 / stretch) + layer.pitch, (dx, dy) => {
    const u = dx * along + dy * across
    const v = (dy * along - dx * across) * ratio
    const q = u * u + v * v
    return q < 1 ? scaled * (1 - q * q) : 0
  })
}
