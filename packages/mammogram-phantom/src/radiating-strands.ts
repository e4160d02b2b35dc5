/** What radiates from a cancer: spicules, and the texture of the tissue drawn to a point. */

import type { Random } from '@mammokit/seeded-random'
import type { PlacedFinding } from './finding.ts'
import { addShape, type Layer, type PathPoint, strokePath } from './layer.ts'
import { type NoiseTiles, sampleTile, TILE_SIZE } from './noise-tile.ts'
import { atan2, cos, sin, smoothstep } from './portable-math.ts'

const TWO_PI = 2 * Math.PI

/** What a brush draws with. */
export interface Drawing {
  readonly layer: Layer
  readonly place: PlacedFinding
  readonly contrast: number
  readonly tiles: NoiseTiles
  readonly random: Random
}

/** The tissue texture itself, pulled toward a point: sampled in polar coordinates about the lesion. */
export function addStar(
  { layer, place, tiles, random }: Drawing,
  star: { innerMm: number; outerMm: number; strength: number },
): void {
  const { innerMm, outerMm, strength } = star
  const offset = random.uniform(0, TILE_SIZE)
  // One turn spans the tile exactly once, so there is no visible seam.
  const perRadian = TILE_SIZE / TWO_PI
  addShape(layer, place.x, place.y, outerMm, (dx, dy) => {
    const r = Math.sqrt(dx * dx + dy * dy)
    if (r >= outerMm) return 0
    const wobble = 2.5 * sampleTile(tiles.clouds, dx / 0.5 + offset, dy / 0.5)
    const v = atan2(dy, dx) * perRadian + wobble
    const spoke = Math.max(0, sampleTile(tiles.filaments, r / 3.2 + offset, v) - 0.2)
    return strength * spoke * smoothstep(0, innerMm, r) * (1 - r / outerMm)
  })
}

export interface Rays {
  readonly count: number
  /** Where a ray in this direction starts, in mm. */
  readonly start: (angle: number) => number
  /** Shortest and longest ray, in lesion radii. */
  readonly reach: readonly [number, number]
  readonly strength: readonly [number, number]
  readonly widthMm: readonly [number, number]
}

/** Nearly straight lines that radiate from the center and taper. */
export function drawRays({ layer, place, contrast, random }: Drawing, rays: Rays): void {
  const { x, y, radiusMm } = place
  for (let i = 0; i < rays.count; i++) {
    const angle = (TWO_PI * (i + random.uniform(-0.9, 0.9))) / rays.count
    const from = rays.start(angle)
    const to = radiusMm * random.uniform(...rays.reach)
    const bend = random.uniform(-0.35, 0.35)
    const strength = contrast * random.uniform(...rays.strength)
    const width = random.uniform(...rays.widthMm)
    const points: PathPoint[] = []
    for (let k = 0; k <= 6; k++) {
      const t = k / 6
      const r = from + t * (to - from)
      const direction = angle + bend * t * t
      points.push({
        x: x + r * cos(direction),
        y: y + r * sin(direction),
        widthMm: width * (1 - 0.65 * t),
        strength: strength * (1 - 0.85 * t),
      })
    }
    strokePath(layer, points)
  }
}
