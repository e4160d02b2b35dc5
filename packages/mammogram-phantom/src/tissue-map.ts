/**
 * The slowly varying part of a breast: distances, glandular density and texture coordinates on a grid of a few millimeters.
 *
 * Everything here varies over centimeters, so the pixel loop can interpolate it; fine detail comes from the
 * noise tiles, sampled at the coordinates given here.
 */

import { createRandom } from '@mammokit/seeded-random'
import { joinNipple, nippleDistance } from './breast-outline.ts'
import { ellipseLevel, pectoralDistance } from './finding.ts'
import { type NoiseTiles, sampleTile } from './noise-tile.ts'
import type { Density, ImagePlan } from './patient-plan.ts'
import type { Look } from './phantom-look.ts'
import { atan2, cos, sin, smoothstep } from './portable-math.ts'

export const GRID_MM = 4
/** Millimeters per texel of the tissue textures. */
const TEXEL_MM = 0.6
/** Strands run toward the nipple: their texture is stretched by this along the way. */
const RADIAL_STRETCH = 2.3

export interface DistanceMap {
  readonly columns: number
  readonly rows: number
  /** mm inside the skin, negative in air; the nipple is left out. */
  readonly skin: Float32Array
}

export interface TissueMap extends DistanceMap {
  /** Texture coordinates in texels: radial about the nipple, and isotropic. */
  readonly radialU: Float32Array
  readonly radialV: Float32Array
  readonly isotropicU: Float32Array
  readonly isotropicV: Float32Array
  /** Share of glandular tissue, 0 to 1. */
  readonly gland: Float32Array
  /** mm inside the pectoral muscle, negative outside. */
  readonly pectoral: Float32Array
}

/** Where the glandular disc ends (threshold on its profile) and how dense it is, by density class. */
const glandByDensity: Record<Look, Record<Density, { threshold: number; softness: number; level: number }>> = {
  plain: {
    A: { threshold: 1.02, softness: 0.3, level: 0.45 },
    B: { threshold: 0.8, softness: 0.32, level: 0.56 },
    C: { threshold: 0.5, softness: 0.28, level: 0.68 },
    D: { threshold: 0.12, softness: 0.24, level: 0.84 },
  },
  lifelike: {
    A: { threshold: 1.08, softness: 0.3, level: 0.45 },
    B: { threshold: 0.9, softness: 0.32, level: 0.6 },
    C: { threshold: 0.6, softness: 0.28, level: 0.72 },
    D: { threshold: 0.18, softness: 0.24, level: 0.84 },
  },
}

/** Distances are exact up to this depth and clamped beyond it; nothing in the image depends on deeper values. */
const BAND_MM = 36

export function createDistanceMap(plan: ImagePlan): DistanceMap {
  const columns = Math.ceil(plan.field.widthMm / GRID_MM) + 2
  const rows = Math.ceil(plan.field.heightMm / GRID_MM) + 2
  const skin = new Float32Array(columns * rows).fill(BAND_MM * BAND_MM)
  const edges = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY)
  const { x: xs, y: ys } = plan.outline
  for (let k = 0; k + 1 < xs.length; k++) {
    const [x0, y0, dx, dy] = [xs[k], ys[k], xs[k + 1] - xs[k], ys[k + 1] - ys[k]]
    const scale = 1 / (dx * dx + dy * dy)
    const left = Math.max(0, Math.ceil((Math.min(x0, x0 + dx) - BAND_MM) / GRID_MM))
    const right = Math.min(columns - 1, Math.floor((Math.max(x0, x0 + dx) + BAND_MM) / GRID_MM))
    const top = Math.max(0, Math.ceil((y0 - BAND_MM) / GRID_MM))
    const bottom = Math.min(rows - 1, Math.floor((y0 + dy + BAND_MM) / GRID_MM))
    for (let j = top; j <= bottom; j++) {
      const py = j * GRID_MM - y0
      if (py >= 0 && py < dy) edges[j] = x0 + (dx * py) / dy
      for (let i = left; i <= right; i++) {
        const px = i * GRID_MM - x0
        const t = Math.min(1, Math.max(0, (px * dx + py * dy) * scale))
        const ex = px - t * dx
        const ey = py - t * dy
        const squared = ex * ex + ey * ey
        if (squared < skin[j * columns + i]) skin[j * columns + i] = squared
      }
    }
  }
  for (let k = 0; k < skin.length; k++) {
    const inside = (k % columns) * GRID_MM < edges[Math.floor(k / columns)]
    skin[k] = inside ? Math.sqrt(skin[k]) : -Math.sqrt(skin[k])
  }
  return { columns, rows, skin }
}

export function createTissueMap(plan: ImagePlan, tiles: NoiseTiles): TissueMap {
  const distance = createDistanceMap(plan)
  const { columns, rows, skin } = distance
  const cells = columns * rows
  const map = {
    ...distance,
    radialU: new Float32Array(cells),
    radialV: new Float32Array(cells),
    isotropicU: new Float32Array(cells),
    isotropicV: new Float32Array(cells),
    gland: new Float32Array(cells),
    pectoral: new Float32Array(cells).fill(-1000),
  }
  const random = createRandom(plan.tissueKey, 'tissue', plan.view)
  const [offsetU, offsetV, warpU, warpV] = [0, 0, 0, 0].map(() => random.uniform(0, 512))
  const turn = random.uniform(0, 2 * Math.PI)
  const turnX = cos(turn) / TEXEL_MM
  const turnY = sin(turn) / TEXEL_MM
  const poleX = plan.outline.nipple.x + 8
  const poleY = plan.outline.nipple.y
  const breast = createRandom(plan.tissueKey, 'breast')
  const disc = glandDisc(plan, breast.normal())
  const { threshold, softness, level } = glandByDensity[plan.look][plan.density]
  const shift = 0.05 * breast.normal()
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const k = j * columns + i
      if (skin[k] < -2 * GRID_MM) continue
      const x = i * GRID_MM
      const y = j * GRID_MM
      // Domain warping: clouds with 1.2 mm texels shift the coordinates by about a centimeter.
      const bendX = 7 * sampleTile(tiles.clouds, x / 1.6 + warpU, y / 1.6 + warpV)
      const bendY = 7 * sampleTile(tiles.clouds, x / 1.6 + warpV, y / 1.6 - warpU)
      const dx = poleX - x
      const dy = y - poleY
      const radius = Math.sqrt(dx * dx + dy * dy)
      map.radialU[k] = offsetU + (radius + bendX) / (TEXEL_MM * RADIAL_STRETCH)
      map.radialV[k] = offsetV + (atan2(dy, dx) * 62 + 0.45 * bendY) / TEXEL_MM
      map.isotropicU[k] = offsetV + (x + 0.7 * bendX) * turnX - (y + 0.7 * bendY) * turnY
      map.isotropicV[k] = offsetU + (x + 0.7 * bendX) * turnY + (y + 0.7 * bendY) * turnX
      const patchiness = sampleTile(tiles.clouds, x / 0.9 + warpV, y / 0.9 + warpU)
      const profile = 1 - ellipseLevel(disc, x + 0.5 * bendX, y + 0.5 * bendY)
      const within = smoothstep(threshold - softness, threshold + softness, profile + 0.55 + 0.16 * patchiness + shift)
      // Fat under the skin and in front of the muscle.
      const cover = smoothstep(5, 16, skin[k] + 0.25 * bendX) * smoothstep(-6, 16, x + 0.4 * bendY)
      if (plan.pectoral) map.pectoral[k] = pectoralDistance(plan.pectoral, x, y)
      const behind = smoothstep(-4, 18, map.pectoral[k] + 0.4 * bendX)
      map.gland[k] = level * within * cover * (1 - 0.8 * behind)
    }
  }
  return map
}

/** The glandular disc: a flat ellipse behind the nipple, tilted toward the axilla. */
function glandDisc(plan: ImagePlan, lean: number): { x: number; y: number; radiusX: number; radiusY: number } {
  const { nipple, y } = plan.outline
  // Each control point of an outline is eight chords long: the second, the last but one and the last but two.
  const reach = plan.view === 'CC' ? 0.5 * (y[y.length - 9] - y[8]) : 0.42 * y[y.length - 17]
  return {
    x: nipple.x - 0.46 * nipple.x,
    y: nipple.y - (0.1 + 0.05 * lean) * reach,
    radiusX: 0.62 * nipple.x,
    radiusY: 0.8 * reach,
  }
}

/** First column past the breast on every row of pixels, in the canonical frame; 0 where a row has none. */
export function breastEnds(plan: ImagePlan, map: DistanceMap): Int32Array {
  const { rows, columns: width, pixelSpacingMm: pitch, outline } = plan
  const ends = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const y = (row + 0.5) * pitch
    let inside = 0
    let outside = width
    while (inside < outside) {
      const middle = (inside + outside) >> 1
      if (interpolateSkin(map, (middle + 0.5) * pitch, y) > 0) inside = middle + 1
      else outside = middle
    }
    while (inside > 0 && inside < width) {
      const x = (inside + 0.5) * pitch
      if (joinNipple(interpolateSkin(map, x, y), nippleDistance(outline, x, y)) <= 0) break
      inside++
    }
    ends[row] = inside
  }
  return ends
}

function interpolateSkin(map: DistanceMap, x: number, y: number): number {
  const i = Math.floor(x / GRID_MM)
  const j = Math.floor(y / GRID_MM)
  const fx = x / GRID_MM - i
  const fy = y / GRID_MM - j
  const k = j * map.columns + i
  const upper = map.skin[k] + fx * (map.skin[k + 1] - map.skin[k])
  const below = k + map.columns
  const lower = map.skin[below] + fx * (map.skin[below + 1] - map.skin[below])
  return upper + fy * (lower - upper)
}
