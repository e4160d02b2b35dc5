/** Draws lesions of the plain look: cancers have spicules, strands or clustered grains; benign findings are round and smooth. */

import { createRandom } from '@mammokit/seeded-random'
import type { FindingType, PlacedFinding } from './finding.ts'
import { addGrain, addShape, type Layer } from './layer.ts'
import { lifelikeBrushes } from './lifelike-lesion.ts'
import { drawMicrocalcifications } from './microcalcifications.ts'
import type { NoiseTiles } from './noise-tile.ts'
import type { Look } from './phantom-look.ts'
import { atan2, cos, smoothstep } from './portable-math.ts'
import { addStar, type Drawing, drawRays } from './radiating-strands.ts'

const TWO_PI = 2 * Math.PI

/** `conspicuity` scales the cancers; benign findings keep their contrast. */
export function drawLesion(
  layer: Layer,
  place: PlacedFinding,
  conspicuity: number,
  tiles: NoiseTiles,
  look: Look,
): void {
  const { type, key, contrast } = place.finding
  const scale = look === 'lifelike' && type.startsWith('benign') ? 1 : conspicuity
  const brush = look === 'lifelike' ? lifelikeBrushes[type] : plainBrushes[type]
  brush?.({ layer, place, contrast: contrast * scale, tiles, random: createRandom(key, 'lesion') })
}

const plainBrushes: Partial<Record<FindingType, (drawing: Drawing) => void>> = {
  'spiculated-mass': drawSpiculatedMass,
  distortion: drawDistortion,
  microcalcifications: (drawing) => drawMicrocalcifications(drawing, { halo: 0.16, strength: [0.6, 1] }),
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
