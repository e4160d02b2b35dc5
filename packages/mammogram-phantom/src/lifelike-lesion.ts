/** Lesions of the lifelike look: masses attenuate by their thickness, with lobes and margins from sharp to ill-defined. */

import type { FindingType } from './finding.ts'
import { addGrain, addShape } from './layer.ts'
import { createShape, type LesionShape, REACH } from './lesion-shape.ts'
import { drawMicrocalcifications } from './microcalcifications.ts'
import { sampleTile, TILE_SIZE } from './noise-tile.ts'
import { cos, sin } from './portable-math.ts'
import { addStar, type Drawing, drawRays } from './radiating-strands.ts'

const TWO_PI = 2 * Math.PI

/** Attenuation of a millimeter of tumor above that of fat; the whole scale is about 1 for 50 mm of dense tissue. */
const PER_MM = 0.0095

/** An asymmetry and a summation are changes of the tissue alone: lesion-shape.ts. */
export const lifelikeBrushes: Partial<Record<FindingType, (drawing: Drawing) => void>> = {
  'spiculated-mass': drawSpiculatedMass,
  'irregular-mass': drawIrregularMass,
  distortion: drawDistortion,
  microcalcifications: (drawing) => drawMicrocalcifications(drawing, { halo: 0.05, strength: [0.25, 0.8] }),
  'benign-mass': drawBenignMass,
  'benign-calcification': drawBenignCalcification,
}

function drawSpiculatedMass(drawing: Drawing): void {
  const { place, contrast, random } = drawing
  const core = 0.62 * place.radiusMm
  const shape = createShape(core, random.uniform(0.25, 0.75), random.uniform(0.35, 0.8), random)
  addBody(drawing, shape, core)
  drawRays(drawing, {
    count: 10 + random.below(18),
    start: (angle) => 0.7 * shape.edge(angle),
    reach: [0.8, 1.7],
    strength: [0.03, 0.085],
    widthMm: [0.5, 1.3],
  })
  addStar(drawing, { innerMm: 0.5 * core, outerMm: REACH * place.radiusMm, strength: 0.09 * contrast })
}

function drawIrregularMass(drawing: Drawing): void {
  const { place, random } = drawing
  const radius = 0.86 * place.radiusMm
  addBody(drawing, createShape(radius, random.uniform(0.2, 0.85), random.uniform(0.25, 0.9), random), radius)
}

/** The body of a mass: attenuation by the thickness of a lobed ball, mottled, with the margin that its shape says. */
function addBody({ layer, place, contrast, tiles, random }: Drawing, shape: LesionShape, radiusMm: number): void {
  // Masses are flatter than wide under compression.
  const thickness = 2 * radiusMm * random.uniform(0.6, 0.95)
  const strength = PER_MM * thickness * contrast
  const offset = random.uniform(0, TILE_SIZE)
  const mottle = random.uniform(0.1, 0.32)
  addShape(layer, place.x, place.y, REACH * place.radiusMm, (dx, dy) => {
    const inside = shape.inside(dx, dy)
    if (inside === 0) return 0
    const t = (dx * dx + dy * dy) / (radiusMm * radiusMm)
    const chord = 0.45 + 0.55 * Math.sqrt(Math.max(0, 1 - 0.8 * t))
    const cloud = sampleTile(tiles.clouds, dx / 0.45 + offset, dy / 0.45)
    return strength * inside * chord * Math.max(0.2, 1 + mottle * cloud)
  })
}

function drawDistortion(drawing: Drawing): void {
  const { layer, place, contrast, random } = drawing
  const { x, y, radiusMm } = place
  addStar(drawing, { innerMm: 4, outerMm: REACH * radiusMm, strength: 0.11 * contrast })
  drawRays(drawing, {
    count: 9 + random.below(10),
    start: () => random.uniform(0.5, 4),
    reach: [0.6, 1.4],
    strength: [0.03, 0.1],
    widthMm: [0.6, 1.5],
  })
  const waist = 0.4 * radiusMm
  addShape(layer, x, y, waist, (dx, dy) => {
    const q = (dx * dx + dy * dy) / (waist * waist)
    return q < 1 ? 0.06 * contrast * (1 - q) * (1 - q) : 0
  })
}

/** A cyst, a fibroadenoma or a node within the breast: round or oval, with a smooth margin. */
function drawBenignMass(drawing: Drawing): void {
  const { layer, place, random } = drawing
  const { radiusMm } = place
  const shape = createShape(0.9 * radiusMm, random.uniform(0, 0.12), random.uniform(0.12, 0.35), random)
  addBody(drawing, shape, 0.9 * radiusMm)
  if (!random.chance(0.35)) return
  // A node has a fatty notch.
  const side = random.uniform(0, TWO_PI)
  const notch = 0.45 * radiusMm
  addShape(layer, place.x + 0.45 * radiusMm * cos(side), place.y + 0.45 * radiusMm * sin(side), notch, (dx, dy) => {
    const q = (dx * dx + dy * dy) / (notch * notch)
    return q < 1 ? -PER_MM * radiusMm * drawing.contrast * (1 - q) * (1 - q) : 0
  })
}

/** Round, or of several merged lumps like popcorn; as bright as metal where it is thick. */
function drawBenignCalcification({ layer, place, contrast, random }: Drawing): void {
  const { x, y, radiusMm } = place
  const strength = Math.min(1.2, 0.3 * contrast)
  const lumps = radiusMm > 1 && random.chance(0.6) ? 2 + random.below(5) : 1
  for (let i = 0; i < lumps; i++) {
    const spread = i === 0 ? 0 : 0.55 * radiusMm
    addGrain(layer, {
      x: x + random.uniform(-spread, spread),
      y: y + random.uniform(-spread, spread),
      radius: radiusMm * (lumps === 1 ? 0.9 : random.uniform(0.25, 0.55)),
      strength,
      aspect: random.uniform(1, 1.6),
      angle: random.uniform(0, Math.PI),
    })
  }
}
