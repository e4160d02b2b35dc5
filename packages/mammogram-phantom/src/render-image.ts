/** Draws one mammogram from its plan: the presentation image, 16 bit, black air, as a radiographer would see it. */

import { drawAnnotations } from './annotation.ts'
import { joinNipple, nippleDistance } from './breast-outline.ts'
import { ellipseLevel } from './finding.ts'
import { createLayer, type Layer } from './layer.ts'
import { drawLesion } from './lesion.ts'
import { drawLymphNodes } from './lymph-node.ts'
import { type NoiseTiles, noiseTiles, sampleTile } from './noise-tile.ts'
import type { ImagePlan } from './patient-plan.ts'
import { exp, smoothstep } from './portable-math.ts'
import { createRandom, type Random } from './random.ts'
import { drawStrands } from './strand.ts'
import { breastEnds, createTissueMap, GRID_MM, type TissueMap } from './tissue-map.ts'

export interface GreyImage {
  /** uint16 [height, width], 0 = black, 65535 = white. */
  readonly data: Uint16Array
  readonly width: number
  readonly height: number
}

/** Renders the presentation image of a plan; `contrast` scales the cancers. */
export function renderImage(plan: ImagePlan, contrast: number): GreyImage {
  const { rows: height, columns: width } = plan
  const tiles = noiseTiles(plan.seed)
  const map = createTissueMap(plan, tiles)
  const layer = createLayer(width, height, plan.pixelSpacingMm)
  drawStrands(layer, plan)
  drawLymphNodes(layer, plan)
  for (const place of plan.findings) drawLesion(layer, place, contrast, tiles)
  const ends = breastEnds(plan, map)
  composeTissue(layer, plan, map, tiles, ends)
  const image = developFilm(layer, plan, ends)
  drawAnnotations(image, plan)
  return image
}

/** Turns the layer of drawn structures into the attenuation of the whole breast, in place. */
function composeTissue(layer: Layer, plan: ImagePlan, map: TissueMap, tiles: NoiseTiles, ends: Int32Array): void {
  const { data, width, height, pitch } = layer
  const { clouds, filaments } = tiles
  const { columns } = map
  const random = createRandom(plan.tissueKey, 7)
  const fat = random.uniform(0.19, 0.25)
  const web = random.uniform(0.85, 1.2)
  const thickness = thicknessProfile(random)
  const fineDetail = pitch < 0.28
  const row7 = new Float64Array(columns * 7)
  const fields = [map.skin, map.gland, map.radialU, map.radialV, map.isotropicU, map.isotropicV, map.pectoral]
  for (let row = 0; row < height; row++) {
    const end = ends[row]
    const y = (row + 0.5) * pitch
    const j = Math.floor(y / GRID_MM)
    const fy = y / GRID_MM - j
    for (let f = 0; f < 7; f++) {
      const field = fields[f]
      for (let i = 0; i < columns; i++) {
        const upper = field[j * columns + i]
        row7[i * 7 + f] = upper + fy * (field[(j + 1) * columns + i] - upper)
      }
    }
    for (let column = 0; column < end; column++) {
      const x = (column + 0.5) * pitch
      const g = x / GRID_MM
      const i = Math.floor(g)
      const fx = g - i
      const a = i * 7
      const skin = row7[a] + fx * (row7[a + 7] - row7[a])
      const gland = row7[a + 1] + fx * (row7[a + 8] - row7[a + 1])
      const ru = row7[a + 2] + fx * (row7[a + 9] - row7[a + 2])
      const rv = row7[a + 3] + fx * (row7[a + 10] - row7[a + 3])
      const iu = row7[a + 4] + fx * (row7[a + 11] - row7[a + 4])
      const iv = row7[a + 5] + fx * (row7[a + 12] - row7[a + 5])
      const muscle = row7[a + 6] + fx * (row7[a + 13] - row7[a + 6])
      const radial = sampleTile(filaments, ru, rv)
      const isotropic = sampleTile(filaments, iu, iv)
      const cloud = sampleTile(clouds, 0.7 * iv + 31, 0.7 * iu + 77)
      const index = row * width + column
      let fibre = 0.55 * radial + 0.5 * isotropic
      if (fineDetail) fibre += 0.16 * sampleTile(filaments, 3.7 * iu, 3.7 * iv) - 0.03
      // Glandular lobes: the slow map, torn at its border by the clouds.
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
      if (plan.implant) {
        const level = ellipseLevel(plan.implant, x, y)
        if (level < 1.03) {
          const shell = 0.04 * smoothstep(0.93, 0.985, level)
          const gel = 0.95 - 0.1 * level + shell + 0.1 * (value - fat)
          value += (gel - value) * (1 - smoothstep(0.985, 1.03, level))
        }
      }
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

function skinLine(depth: number): number {
  return depth > 2.2 ? 0 : depth > 0.4 ? 0.075 * (1 - (depth - 0.4) / 1.8) : 0.1 * depth + 0.035
}

function lookUp(table: Float32Array, position: number): number {
  const i = position < 0 ? 0 : position | 0
  if (i >= table.length - 1) return table[table.length - 1]
  return table[i] + (position - i) * (table[i + 1] - table[i])
}

/** Relative thickness against the distance from the skin, in steps of 1/8 mm: the rounded edge, partly equalised. */
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

function addNippleDisc(layer: Layer, plan: ImagePlan): void {
  const { nipple } = plan.outline
  const { data, width, pitch } = layer
  const reach = nipple.radius
  for (
    let row = Math.max(0, Math.floor((nipple.y - reach) / pitch));
    row * pitch < nipple.y + reach && row < layer.height;
    row++
  ) {
    for (
      let column = Math.floor((nipple.x - reach) / pitch);
      column * pitch < nipple.x + reach && column < width;
      column++
    ) {
      const dx = (column + 0.5) * pitch - nipple.x
      const dy = (row + 0.5) * pitch - nipple.y
      const t = Math.sqrt(dx * dx + dy * dy) / reach
      if (t < 1) data[row * width + column] += 0.07 * (1 - smoothstep(0.7, 1, t))
    }
  }
}

const NOISE_SIZE = 1 << 14
let noiseTable: Float32Array | undefined

/** Film: the tone curve's shoulder, quantum noise that grows with density, the flip to the breast's side, 16 bit. */
function developFilm(layer: Layer, plan: ImagePlan, ends: Int32Array): GreyImage {
  const { data, width, height, pitch } = layer
  const random = createRandom(plan.imageKey, 1)
  noiseTable ??= createNoiseTable()
  const gain = random.uniform(0.94, 1.06)
  const air = plan.machine.air * random.uniform(0.7, 1.3)
  const grain = 0.0024 + 0.0014 / pitch
  const tone = toneCurve()
  const flip = plan.laterality === 'R'
  const image = new Uint16Array(width * height)
  let state = random.next() | 1
  for (let row = 0; row < height; row++) {
    const end = ends[row]
    for (let column = 0; column < width; column++) {
      const index = row * width + column
      let value = air
      if (column < end) {
        value = lookUp(tone, data[index] * gain * 256)
        if (value < air) value = air
      } else if (air === 0) continue
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      value += grain * (0.35 + value) * noiseTable[state & (NOISE_SIZE - 1)]
      const target = flip ? row * width + width - 1 - column : index
      image[target] = value <= 0 ? 0 : value >= 1 ? 65535 : value * 65535
    }
  }
  return { data: image, width, height }
}

function createNoiseTable(): Float32Array {
  const random = createRandom(NOISE_SIZE)
  return Float32Array.from({ length: NOISE_SIZE }, () => random.normal())
}

/** Straight to 0.7, then a shoulder towards white; in steps of 1/256. */
function toneCurve(): Float32Array {
  const knee = 0.7
  return Float32Array.from({ length: 513 }, (_, i) => {
    const value = i / 256
    return value < knee ? value : knee + (1 - knee) * (1 - exp(-(value - knee) / (1 - knee)))
  })
}
