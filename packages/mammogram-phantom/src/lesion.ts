/** Draws the lesions: what is cancer has spicules, strands or clustered grains, what is benign is round and smooth. */
import type { FindingType, PlacedFinding } from './finding.ts'
import { addGrain, addShape, type Layer, type PathPoint, strokePath } from './layer.ts'
import { atan2, cos, sin, smoothstep } from './portable-math.ts'
import { createRandom, type Random } from './random.ts'

const TWO_PI = 2 * Math.PI

/** `contrast` scales the cancers; benign findings keep theirs. */
export function drawLesion(layer: Layer, place: PlacedFinding, contrast: number): void {
  brushes[place.finding.type](layer, place, contrast, createRandom(place.finding.key))
}

type Brush = (layer: Layer, place: PlacedFinding, contrast: number, random: Random) => void

const brushes: Record<FindingType, Brush> = {
  'spiculated-mass': drawSpiculatedMass,
  distortion: drawDistortion,
  microcalcifications: drawMicrocalcifications,
  'benign-mass': drawBenignMass,
  'benign-calcification': drawBenignCalcification,
}

function drawSpiculatedMass(layer: Layer, place: PlacedFinding, contrast: number, random: Random): void {
  const { x, y, radiusMm } = place
  const core = 0.62 * radiusMm
  const lobes = [2, 3, 5].map((order) => ({
    order,
    size: random.uniform(0.05, 0.32 / order + 0.04),
    phase: random.uniform(0, TWO_PI),
  }))
  const edge = (angle: number): number =>
    core * lobes.reduce((sum, { order, size, phase }) => sum + size * cos(order * angle + phase), 1)
  drawRays(layer, place, random, {
    count: 15 + random.integer(9),
    start: (angle) => 0.6 * edge(angle),
    end: [0.78, 1.25],
    widthMm: 1.3,
    strength: 0.26 * contrast,
  })
  const strength = random.uniform(0.3, 0.38) * contrast
  addShape(layer, x, y, 1.6 * core, (dx, dy) => {
    const distance = Math.sqrt(dx * dx + dy * dy)
    const t = distance / edge(atan2(dy, dx))
    return t < 1.15 ? strength * (1 - smoothstep(0.35, 1.15, t)) : 0
  })
}

function drawDistortion(layer: Layer, place: PlacedFinding, contrast: number, random: Random): void {
  drawRays(layer, place, random, {
    count: 24 + random.integer(10),
    start: () => random.uniform(0.5, 2.5),
    end: [0.6, 1.05],
    widthMm: 1.15,
    strength: 0.3 * contrast,
  })
  const waist = 0.3 * place.radiusMm
  addShape(layer, place.x, place.y, 2.5 * waist, (dx, dy) => {
    const q = (dx * dx + dy * dy) / (waist * waist * 6.25)
    return q < 1 ? 0.11 * contrast * (1 - q) * (1 - q) : 0
  })
}

interface Rays {
  readonly count: number
  readonly start: (angle: number) => number
  /** Shortest and longest ray, in lesion radii. */
  readonly end: readonly [number, number]
  readonly widthMm: number
  readonly strength: number
}

function drawRays(layer: Layer, place: PlacedFinding, random: Random, rays: Rays): void {
  const { x, y, radiusMm } = place
  for (let i = 0; i < rays.count; i++) {
    const angle = (TWO_PI * (i + random.uniform(-0.45, 0.45))) / rays.count
    const from = rays.start(angle)
    const to = radiusMm * random.uniform(rays.end[0], rays.end[1])
    const bend = random.uniform(-0.12, 0.12)
    const strength = rays.strength * random.uniform(0.65, 1.1)
    const width = rays.widthMm * random.uniform(0.7, 1.15)
    const points: PathPoint[] = []
    for (let k = 0; k <= 4; k++) {
      const t = k / 4
      const r = from + t * (to - from)
      const direction = angle + bend * t * t
      points.push({
        x: x + r * cos(direction),
        y: y + r * sin(direction),
        widthMm: width * (1 - 0.65 * t),
        strength: strength * (1 - 0.7 * t * t),
      })
    }
    strokePath(layer, points)
  }
}

function drawMicrocalcifications(layer: Layer, place: PlacedFinding, contrast: number, random: Random): void {
  const { x, y, radiusMm } = place
  const aspect = random.uniform(0.8, 1.2)
  const tilt = random.uniform(0, Math.PI)
  const count = Math.round(14 + 1.7 * radiusMm + random.uniform(0, 10))
  addShape(layer, x, y, radiusMm, (dx, dy) => {
    const q = (dx * dx + dy * dy) / (radiusMm * radiusMm)
    return q < 1 ? 0.09 * contrast * (1 - q) * (1 - q) : 0
  })
  for (let i = 0; i < count; i++) {
    // Denser towards the middle: the radius is the larger of the square root law's and a uniform one.
    const r = 0.92 * radiusMm * Math.min(Math.sqrt(random.uniform(0, 1)), random.uniform(0.1, 1.15), 1)
    const angle = random.uniform(0, TWO_PI)
    const along = r * cos(angle) * aspect
    const across = (r * sin(angle)) / aspect
    const gx = x + along * cos(tilt) - across * sin(tilt)
    const gy = y + along * sin(tilt) + across * cos(tilt)
    const size = random.uniform(0.22, 0.5)
    addGrain(layer, gx, gy, size, contrast * random.uniform(0.45, 0.8), random.uniform(0.65, 1.5))
  }
}

function drawBenignMass(layer: Layer, place: PlacedFinding, _contrast: number, random: Random): void {
  const { radiusMm } = place
  const stretch = random.uniform(0.88, 1.12)
  const strength = random.uniform(0.1, 0.16)
  addShape(layer, place.x, place.y, 1.2 * radiusMm, (dx, dy) => {
    const t = Math.sqrt(dx * dx * stretch + (dy * dy) / stretch) / radiusMm
    if (t > 1.12) return 0
    // A thin dark halo is the sign of a smooth capsule.
    return t > 0.96 ? -0.025 : strength * (1 - smoothstep(0.55, 1, t) * 0.75)
  })
}

function drawBenignCalcification(layer: Layer, place: PlacedFinding, _contrast: number, random: Random): void {
  addGrain(layer, place.x, place.y, place.radiusMm, 0.55, random.uniform(0.9, 1.1))
}
