/** Draws lesions: cancers have spicules, strands or clustered grains; benign findings are round and smooth. */

import { createRandom, type Random } from '@mammokit/seeded-random'
import type { FindingType, PlacedFinding } from './finding.ts'
import { addGrain, addShape, type Layer, type PathPoint, strokePath } from './layer.ts'
import { type NoiseTiles, sampleTile, TILE_SIZE } from './noise-tile.ts'
import { atan2, cos, sin, smoothstep } from './portable-math.ts'

const TWO_PI = 2 * Math.PI

/** `contrast` scales the cancers; benign findings keep theirs. */
export function drawLesion(layer: Layer, place: PlacedFinding, contrast: number, tiles: NoiseTiles): void {
  brushes[place.finding.type]({ layer, place, contrast, tiles, random: createRandom(place.finding.key, 'lesion') })
}

interface Drawing {
  readonly layer: Layer
  readonly place: PlacedFinding
  readonly contrast: number
  readonly tiles: NoiseTiles
  readonly random: Random
}

type Brush = (drawing: Drawing) => void

const brushes: Record<FindingType, Brush> = {
  'spiculated-mass': drawSpiculatedMass,
  distortion: drawDistortion,
  microcalcifications: drawMicrocalcifications,
  'benign-mass': drawBenignMass,
  'benign-calcification': drawBenignCalcification,
}

function drawSpiculatedMass(drawing: Drawing): void {
  const { layer, place, contrast, random } = drawing
  const { x, y, radiusMm } = place
  const core = 0.68 * radiusMm
  const lobes = [2, 3, 5].map((order) => ({
    order,
    size: random.uniform(0.05, 0.32 / order + 0.04),
    phase: random.uniform(0, TWO_PI),
  }))
  const edge = (angle: number): number =>
    core * lobes.reduce((sum, { order, size, phase }) => sum + size * cos(order * angle + phase), 1)
  drawRays(drawing, {
    count: 12 + random.below(8),
    start: (angle) => 0.75 * edge(angle),
    reach: [0.85, 1.7],
    strength: [0.1, 0.22],
    widthMm: [0.9, 1.5],
  })
  addStar(drawing, { innerMm: 0.5 * core, outerMm: 1.5 * radiusMm, strength: 0.3 * contrast })
  const strength = random.uniform(0.4, 0.5) * contrast
  addShape(layer, x, y, 1.6 * core, (dx, dy) => {
    const distance = Math.sqrt(dx * dx + dy * dy)
    const t = distance / edge(atan2(dy, dx))
    return t < 1.15 ? strength * (1 - smoothstep(0.55, 1.15, t)) : 0
  })
}

function drawDistortion(drawing: Drawing): void {
  const { layer, place, contrast, random } = drawing
  const { x, y, radiusMm } = place
  addStar(drawing, { innerMm: 5, outerMm: 1.25 * radiusMm, strength: 0.55 * contrast })
  drawRays(drawing, {
    count: 15 + random.below(7),
    start: () => random.uniform(0.5, 4),
    reach: [0.6, 1.25],
    strength: [0.2, 0.42],
    widthMm: [1.2, 2],
  })
  const waist = 0.45 * radiusMm
  addShape(layer, x, y, waist, (dx, dy) => {
    const q = (dx * dx + dy * dy) / (waist * waist)
    return q < 1 ? 0.16 * contrast * (1 - q) * (1 - q) : 0
  })
}

/** The tissue texture itself, pulled toward a point: sampled in polar coordinates about the lesion. */
function addStar(
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

interface Rays {
  readonly count: number
  /** Where a ray in this direction starts, in mm. */
  readonly start: (angle: number) => number
  /** Shortest and longest ray, in lesion radii. */
  readonly reach: readonly [number, number]
  readonly strength: readonly [number, number]
  readonly widthMm: readonly [number, number]
}

/** Nearly straight lines that radiate from the center and taper. */
function drawRays({ layer, place, contrast, random }: Drawing, rays: Rays): void {
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

function drawMicrocalcifications({ layer, place, contrast, random }: Drawing): void {
  const { x, y, radiusMm } = place
  const aspect = random.uniform(0.8, 1.2)
  const tilt = random.uniform(0, Math.PI)
  const count = Math.round(18 + 2.1 * radiusMm + random.uniform(0, 10))
  addShape(layer, x, y, radiusMm, (dx, dy) => {
    const q = (dx * dx + dy * dy) / (radiusMm * radiusMm)
    return q < 1 ? 0.16 * contrast * (1 - q) * (1 - q) : 0
  })
  for (let i = 0; i < count; i++) {
    // Denser toward the center: the radius is the larger of a square-root-law draw and a uniform draw.
    const r = 0.92 * radiusMm * Math.min(Math.sqrt(random.uniform(0, 1)), random.uniform(0.1, 1.15), 1)
    const angle = random.uniform(0, TWO_PI)
    const along = r * cos(angle) * aspect
    const across = (r * sin(angle)) / aspect
    const gx = x + along * cos(tilt) - across * sin(tilt)
    const gy = y + along * sin(tilt) + across * cos(tilt)
    // Pleomorphic: each speck consists of a few merged grains.
    const size = random.uniform(0.27, 0.55)
    const strength = contrast * random.uniform(0.6, 1)
    const grains = 1 + random.below(3)
    for (let k = 0; k < grains; k++) {
      const spread = k === 0 ? 0 : 0.9 * size
      addGrain(layer, {
        x: gx + random.uniform(-spread, spread),
        y: gy + random.uniform(-spread, spread),
        radius: size * (k === 0 ? 1 : random.uniform(0.4, 0.75)),
        strength: k === 0 ? strength : 0.7 * strength,
        aspect: random.uniform(1, 2.2),
        angle: random.uniform(0, Math.PI),
      })
    }
  }
}

function drawBenignMass({ layer, place, random }: Drawing): void {
  const { radiusMm } = place
  const stretch = random.uniform(0.88, 1.12)
  const strength = random.uniform(0.1, 0.16)
  addShape(layer, place.x, place.y, 1.2 * radiusMm, (dx, dy) => {
    const t = Math.sqrt(dx * dx * stretch + (dy * dy) / stretch) / radiusMm
    if (t > 1.12) return 0
    // A thin dark halo indicates a smooth capsule.
    return t > 0.96 ? -0.025 : strength * (1 - smoothstep(0.55, 1, t) * 0.75)
  })
}

function drawBenignCalcification({ layer, place, random }: Drawing): void {
  const aspect = random.uniform(1, 1.3)
  const angle = random.uniform(0, Math.PI)
  addGrain(layer, { x: place.x, y: place.y, radius: place.radiusMm, strength: 0.42, aspect, angle })
}
