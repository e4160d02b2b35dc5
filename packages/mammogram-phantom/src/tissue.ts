/** Attenuation of the breast itself: fat, glandular lobes, strands, muscle, skin, implant. */

import { createRandom, type Random } from '@mammokit/seeded-random'
import { joinNipple, nippleDistance } from './breast-outline.ts'
import { ellipseLevel } from './finding.ts'
import { addShape, type Layer } from './layer.ts'
import type { TissueChange } from './lesion-shape.ts'
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
  changes: readonly TissueChange[],
): void {
  const { data, width, height, pitch } = layer
  const { clouds, filaments } = tiles
  const { columns } = map
  const random = createRandom(plan.tissueKey, 'tissue')
  const fat = random.uniform(0.19, 0.25)
  const lifelike = plan.look === 'lifelike'
  const web = lifelike ? random.uniform(0.45, 1.3) : random.uniform(0.85, 1.2)
  // Fat lobules among the glandular tissue: their size in texels, and how much of it they take.
  const lobule = lifelike ? random.uniform(0.9, 2) : 1
  const septation = lifelike ? random.uniform(0.1, 0.85) : 0
  const thickness = thicknessProfile(random)
  const skinStrength = lifelike ? random.uniform(0.8, 2) : 1
  const fineDetail = pitch < 0.28
  const nodes = new Float64Array(columns * 7)
  const fields = [map.skin, map.gland, map.radialU, map.radialV, map.isotropicU, map.isotropicV, map.pectoral]
  for (let row = 0; row < height; row++) {
    const end = ends[row]
    const y = (row + 0.5) * pitch
    interpolateRow(fields, columns, y, nodes)
    const near = changes.filter((change) => Math.abs(change.y - y) < change.reachMm)
    for (let column = 0; column < end; column++) {
      const x = (column + 0.5) * pitch
      const g = x / GRID_MM
      const i = Math.floor(g)
      const fx = g - i
      const a = i * 7
      const skin = nodes[a] + fx * (nodes[a + 7] - nodes[a])
      let gland = nodes[a + 1] + fx * (nodes[a + 8] - nodes[a + 1])
      let ru = nodes[a + 2] + fx * (nodes[a + 9] - nodes[a + 2])
      let rv = nodes[a + 3] + fx * (nodes[a + 10] - nodes[a + 3])
      let iu = nodes[a + 4] + fx * (nodes[a + 11] - nodes[a + 4])
      let iv = nodes[a + 5] + fx * (nodes[a + 12] - nodes[a + 5])
      const muscle = nodes[a + 6] + fx * (nodes[a + 13] - nodes[a + 6])
      for (const change of near) {
        const dx = x - change.x
        const dy = y - change.y
        const q = (dx * dx + dy * dy) / (change.reachMm * change.reachMm)
        if (q >= 1) continue
        gland = Math.min(1, gland + change.gland(dx, dy))
        if (change.pull === 0) continue
        // What is seen here lies farther out: the tissue is drawn toward the center.
        const shift = (change.pull * (1 - q) * (1 - q)) / (1 - change.pull * (1 - q) * (1 - q))
        ru +=
          interpolate(map.radialU, columns, x + shift * dx, y + shift * dy) - interpolate(map.radialU, columns, x, y)
        rv +=
          interpolate(map.radialV, columns, x + shift * dx, y + shift * dy) - interpolate(map.radialV, columns, x, y)
        iu +=
          interpolate(map.isotropicU, columns, x + shift * dx, y + shift * dy) -
          interpolate(map.isotropicU, columns, x, y)
        iv +=
          interpolate(map.isotropicV, columns, x + shift * dx, y + shift * dy) -
          interpolate(map.isotropicV, columns, x, y)
      }
      const radial = sampleTile(filaments, ru, rv)
      const isotropic = sampleTile(filaments, iu, iv)
      const cloud = sampleTile(clouds, 0.7 * iv + 31, 0.7 * iu + 77)
      const index = row * width + column
      let fibre = 0.55 * radial + 0.5 * isotropic
      if (fineDetail) fibre += 0.16 * sampleTile(filaments, 3.7 * iu, 3.7 * iv) - 0.03
      // Glandular lobes: the slowly varying map, its border roughened by the clouds.
      let lobe = gland * (1.15 + 0.42 * cloud) + 0.12 * gland * (fibre - 0.3)
      const fatty =
        septation === 0 ? 0 : septation * smoothstep(0.1, 1.3, sampleTile(clouds, lobule * iu + 203, lobule * iv + 11))
      lobe = Math.min(1.15, Math.max(0, lobe)) * (1 - fatty)
      const cover = skin < 3 ? 0 : skin > 11 ? 1 : (skin - 3) / 8
      const tissue =
        lobe * (0.24 + 0.2 * fibre + 0.05 * cloud) +
        (0.36 + 0.5 * gland) * web * cover * 0.42 * fibre * (1 - 0.6 * lobe) +
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
      data[index] = value * lookUp(thickness, depth * 8) + skinStrength * skinLine(depth)
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

/** A field at a position in mm. */
function interpolate(field: Float32Array, columns: number, x: number, y: number): number {
  const i = Math.max(0, Math.min(columns - 2, Math.floor(x / GRID_MM)))
  const j = Math.max(0, Math.min(field.length / columns - 2, Math.floor(y / GRID_MM)))
  const fx = x / GRID_MM - i
  const fy = y / GRID_MM - j
  const k = j * columns + i
  const upper = field[k] + fx * (field[k + 1] - field[k])
  const lower = field[k + columns] + fx * (field[k + columns + 1] - field[k + columns])
  return upper + fy * (lower - upper)
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
