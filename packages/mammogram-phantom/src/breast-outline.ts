/**
 * The skin line of a compressed breast in the two standard views, in mm.
 *
 * Canonical frame of every view: the chest wall is the left edge (x = 0), x grows toward the nipple, y downward.
 */

import type { Random } from '@mammokit/seeded-random'
import { clamp } from './portable-math.ts'

export interface Outline {
  /** Points from top to bottom, y increasing; they run past the frame on the left. */
  readonly x: Float64Array
  readonly y: Float64Array
  readonly nipple: { readonly x: number; readonly y: number; readonly radius: number; readonly inProfile: boolean }
}

export interface BreastShape {
  /** Chest wall to nipple. */
  readonly depthMm: number
  /** Half of the height at the chest wall in the CC view. */
  readonly ccHalfHeightMm: number
  /** Top of the frame to the inframammary fold in the MLO view. */
  readonly mloHeightMm: number
  readonly nippleRadiusMm: number
}

/** The CC outline: half a disc, flaring where it meets the chest wall. */
export function createCcOutline(shape: BreastShape, fieldHeightMm: number, random: Random): Outline {
  const half = shape.ccHalfHeightMm
  const middle = fieldHeightMm / 2 + clamp(7 * random.normal(), -0.06 * fieldHeightMm, 0.06 * fieldHeightMm)
  const lean = 0.07 * random.normal()
  const fullness = random.uniform(0.9, 1.04)
  const point = (depth: number, t: number): [number, number] => [
    depth * shape.depthMm,
    middle + half * (t + lean * (1 - t * t) * (1 - Math.abs(t))),
  ]
  const controls = [
    point(-0.42, -1.32),
    point(-0.1, -1.07),
    point(0.36 * fullness, -0.93),
    point(0.7 * fullness, -0.7),
    point(0.925, -0.375),
    point(1, 0),
    point(0.925, 0.375),
    point(0.7 * fullness, 0.7),
    point(0.36 * fullness, 0.93),
    point(-0.1, 1.07),
    point(-0.42, 1.32),
  ]
  return traceOutline(controls, 5, shape, random)
}

/** The MLO outline: from the axilla at the top over the nipple to the inframammary fold. */
export function createMloOutline(shape: BreastShape, random: Random): Outline {
  const height = shape.mloHeightMm
  const depth = shape.depthMm
  const axilla = random.uniform(0.42, 0.62)
  const nippleAt = random.uniform(0.57, 0.63)
  const sag = random.uniform(0, 1)
  const controls: [number, number][] = [
    [depth * (axilla - 0.02), -0.1 * height],
    [depth * axilla, 0.03 * height],
    [depth * (axilla + 0.07 - 0.04 * sag), 0.17 * height],
    [depth * (0.8 - 0.06 * sag), 0.34 * height],
    [depth * (0.955 - 0.02 * sag), 0.48 * height],
    [depth, nippleAt * height],
    [depth * 0.9, 0.745 * height],
    [depth * 0.66, 0.865 * height],
    [depth * 0.34, 0.945 * height],
    [depth * 0.06, 0.992 * height],
    [depth * -0.14, 1.05 * height],
    [depth * -0.3, 1.15 * height],
  ]
  return traceOutline(controls, 5, shape, random)
}

/** Catmull-Rom curve through the control points, eight chords each. */
function traceOutline(
  controls: readonly (readonly [number, number])[],
  nippleIndex: number,
  shape: BreastShape,
  random: Random,
): Outline {
  const chords = 8
  const count = (controls.length - 1) * chords + 1
  const x = new Float64Array(count)
  const y = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const k = Math.min(controls.length - 2, Math.floor(i / chords))
    const t = i / chords - k
    const p0 = controls[Math.max(0, k - 1)]
    const p1 = controls[k]
    const p2 = controls[k + 1]
    const p3 = controls[Math.min(controls.length - 1, k + 2)]
    x[i] = catmullRom(p0[0], p1[0], p2[0], p3[0], t)
    y[i] = catmullRom(p0[1], p1[1], p2[1], p3[1], t)
  }
  const inProfile = random.chance(0.75)
  const nippleX = controls[nippleIndex][0] + (inProfile ? -0.4 * shape.nippleRadiusMm : -random.uniform(7, 14))
  return { x, y, nipple: { x: nippleX, y: controls[nippleIndex][1], radius: shape.nippleRadiusMm, inProfile } }
}

function catmullRom(p0: number, p1: number, p2: number, p3: number, t: number): number {
  return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))
}

/** Distance in mm from (x, y) to the skin, positive inside the breast. The nipple counts as breast. */
export function skinDistance(outline: Outline, x: number, y: number): number {
  const { x: xs, y: ys } = outline
  let nearest = Number.POSITIVE_INFINITY
  let edge = Number.NEGATIVE_INFINITY
  for (let i = 0; i + 1 < xs.length; i++) {
    const dx = xs[i + 1] - xs[i]
    const dy = ys[i + 1] - ys[i]
    const px = x - xs[i]
    const py = y - ys[i]
    const t = clamp((px * dx + py * dy) / (dx * dx + dy * dy), 0, 1)
    const ex = px - t * dx
    const ey = py - t * dy
    const squared = ex * ex + ey * ey
    if (squared < nearest) nearest = squared
    if (y >= ys[i] && y < ys[i + 1]) edge = xs[i] + (dx * py) / dy
  }
  const distance = Math.sqrt(nearest)
  return x < edge ? distance : -distance
}

/** Signed distance to the nipple's bump, positive inside, for outlines that show it in profile. */
export function nippleDistance(outline: Outline, x: number, y: number): number {
  const { nipple } = outline
  if (!nipple.inProfile) return Number.NEGATIVE_INFINITY
  const dx = (x - nipple.x) * 0.85
  const dy = y - nipple.y
  return nipple.radius - Math.sqrt(dx * dx + dy * dy)
}

/** Depth in mm below the skin of breast and nipple together, the crease between them filled: a smooth maximum. */
export function joinNipple(skin: number, bump: number): number {
  const crease = 7
  const overlap = Math.max(0, crease - Math.abs(skin - bump)) / crease
  return Math.max(skin, bump) + (overlap * overlap * crease) / 4
}
