/** Attenuation of the breast itself: fat, glandular lobes, strands, muscle, skin, implant. */

import { createRandom, type Random } from '@mammokit/seeded-random'
import { joinNipple, nippleDistance } from './breast-outline.ts'
import { ellipseLevel } from './finding.ts'
import { addShape, type Layer } from './layer.ts'
import { type NoiseTiles, sampleTile } from './noise-tile.ts'
import type { ImagePlan } from './patient-plan.ts'
import { smoothstep } from './portable-math.ts'
import { GRID_MM, type TissueMap } from './tissue-map.ts'

/**
 * Turns the layer of drawn structures into the attenuation of the whole breast, in place.
 *
 * A single loop over the pixels, longer than usual: split into functions, it takes twice as long.
 */
export function composeTissue(
  layer: Layer,
  plan: ImagePlan,
  map: TissueMap,
  tiles: NoiseTiles,
  ends: Int32Array,
): void {
  const { data, width, height, pitch } = layer
  const { clouds, filaments } = tiles
  const { columns } = map
  const random = createRandom(plan.tissueKey, 'tissue')
  const fat = random.uniform(0.19, 0.25)
  const web = random.uniform(0.85, 1.2)
  const thickness = thicknessProfile(random)
  const fineDetail = pitch < 0.28
  const nodes = new Float64Array(columns * 7)
  const fields = [map.skin, map.gland, map.radialU, map.radialV, map.isotropicU, map.isotropicV, map.pectoral]
  for (let row = 0; row < height; row++) {
    const end = ends[row]
    const y = (row + 0.5) * pitch
    interpolateRow(fields, columns, y, nodes)
    for (let column = 0; column < end; column++) {
      const x = (column + 0.5) * pitch
      const g = x / GRID_MM
      const i = Math.floor(g)
      const fx = g - i
      const a = i * 7
      const skin = nodes[a] + fx * (nodes[a + 7] - nodes[a])
      const gland = nodes[a + 1] + fx * (nodes[a + 8] - nodes[a + 1])
      const ru = nodes[a + 2] + fx * (nodes[a + 9] - nodes[a + 2])
      const rv = nodes[a + 3] + fx * (nodes[a + 10] - nodes[a + 3])
      const iu = nodes[a + 4] + fx * (nodes[a + 11] - nodes[a + 4])
      const iv = nodes[a + 5] + fx * (nodes[a + 12] - nodes[a + 5])
      const muscle = nodes[a + 6] + fx * (nodes[a + 13] - nodes[a + 6])
      const radial = sampleTile(filaments, ru, rv)
      const isotropic = sampleTile(filaments, iu, iv)
      const cloud = sampleTile(clouds, 0.7 * iv + 31, 0.7 * iu + 77)
      const index = row * width + column
      let fibre = 0.55 * radial + 0.5 * isotropic
      if (fineDetail) fibre += 0.16 * sampleTile(filaments, 3.7 * iu, 3.7 * iv) - 0.03
      // Glandular lobes: the slowly varying map, its border roughened by the clouds.
      let lobe = gland * (1.15 + 0.42 * cloud) + 0.12 * gland * (fibre - 0.3)
      lobe = Math.min(1.15, Math.max(0, lobe))
      const near = skin < 3 ? 0 : skin > 11 ? 1 : (skin - 3) / 8
      const tissue =
        lobe * (0.24 + 0.2 * fibre + 0.05 * cloud) +
        (0.36 + 0.5 * gland) * web * near * 0.42 * fibre * (1 - 0.6 * lobe) +
        0.012 * cloud
      let value = fat + tissue + data[index]
      if (muscle > -3) {
        const inside = muscle > 3 ? 1 : smoothstep(-3, 3, muscle)
        value += inside * (0.2 + 0.0022 * Math.min(muscle, 50) + 0.05 * radial - 0.5 * tissue + 0.015 * cloud)
      }
      if (plan.implant) value = coverWithImplant(value, fat, ellipseLevel(plan.implant, x, y))
      let depth = skin
      const bump = nippleDistance(plan.outline, x, y)
      if (bump > -16) {
        depth = joinNipple(skin, bump)
        // The areola is thicker skin; the nipple itself is solid.
        value += 0.05 * smoothstep(-16, 0, bump) * (1 - smoothstep(1, 5, depth))
        value += 0.09 * smoothstep(-1, 3, bump) * (1 - smoothstep(-3, 3, skin))
      }
      data[index] = value * lookUp(thickness, depth * 8) + skinLine(depth)
    }
  }
  if (!plan.outline.nipple.inProfile) addNippleDisc(layer, plan)
}

/** The fields of one row, interleaved: 7 values per grid column. */
function interpolateRow(fields: readonly Float32Array[], columns: number, y: number, nodes: Float64Array): void {
  const j = Math.floor(y / GRID_MM)
  const fy = y / GRID_MM - j
  fields.forEach((field, f) => {
    for (let i = 0; i < columns; i++) {
      const upper = field[j * columns + i]
      nodes[i * 7 + f] = upper + fy * (field[(j + 1) * columns + i] - upper)
    }
  })
}

/** Silicone occludes what is behind it; its shell is slightly denser. */
function coverWithImplant(value: number, fat: number, level: number): number {
  if (level >= 1.03) return value
  const shell = 0.04 * smoothstep(0.93, 0.985, level)
  const gel = 0.95 - 0.1 * level + shell + 0.1 * (value - fat)
  return value + (gel - value) * (1 - smoothstep(0.985, 1.03, level))
}

function skinLine(depth: number): number {
  return depth > 2.2 ? 0 : depth > 0.4 ? 0.075 * (1 - (depth - 0.4) / 1.8) : 0.1 * depth + 0.035
}

/** Linear interpolation in a table, clamped at both ends. */
export function lookUp(table: Float32Array, position: number): number {
  const i = position < 0 ? 0 : position | 0
  if (i >= table.length - 1) return table[table.length - 1]
  return table[i] + (position - i) * (table[i + 1] - table[i])
}

/** Relative thickness against the distance from the skin, in steps of 1/8 mm: the rounded edge, partly equalized. */
function thicknessProfile(random: Random): Float32Array {
  const roll = random.uniform(20, 30)
  const floor = random.uniform(0.36, 0.48)
  const table = new Float32Array(8 * 32 + 1)
  for (let i = 0; i < table.length; i++) {
    const t = Math.min(1, i / 8 / roll)
    table[i] = floor + (1 - floor) * Math.sqrt(1 - (1 - t) * (1 - t))
  }
  return table
}

/** A nipple that is not in profile: a faint disc on the breast. */
function addNippleDisc(layer: Layer, plan: ImagePlan): void {
  const { x, y, radius } = plan.outline.nipple
  addShape(layer, x, y, radius, (dx, dy) => 0.07 * (1 - smoothstep(0.7, 1, Math.sqrt(dx * dx + dy * dy) / radius)))
}
