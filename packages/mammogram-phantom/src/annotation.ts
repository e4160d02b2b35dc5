/** Everything on the image outside the breast: view markers, patient labels, bright film borders. */

import { createRandom, type Random } from '@mammokit/seeded-random'
import { type Outline, skinDistance } from './breast-outline.ts'
import type { GrayImage } from './film.ts'
import { createLayer, type Layer, strokePath } from './layer.ts'
import { textPaths, textWidth } from './marker-font.ts'
import type { ImagePlan } from './patient-plan.ts'

/** Draws markers and borders on the finished image, in the frame of the viewer: letters are never mirrored. */
export function drawAnnotations(image: GrayImage, plan: ImagePlan): void {
  const random = createRandom(plan.imageKey, 'annotation')
  if (random.chance(0.85)) drawMarker(image, plan, random)
  if (random.chance(0.07)) drawLabel(image, plan, random)
  if (random.chance(0.07)) drawBorder(image, plan, random)
}

/** The lead letters, side and view, on the axillary side, as radiographers place them. */
function drawMarker(image: GrayImage, plan: ImagePlan, random: Random): void {
  const { field, laterality, view } = plan
  const size = random.uniform(1.2, 1.9)
  const text = random.chance(0.7) ? `${laterality} ${view}` : laterality
  const width = textWidth(text, size)
  const margin = random.uniform(5, 12)
  const x = field.widthMm - margin - width
  const y = freeHeight(plan.outline, x, margin, 6 * size, field.heightMm)
  if (y === undefined) return
  const layer = createLayer(image.width, image.height, plan.pixelSpacingMm)
  for (const path of textPaths(text, laterality === 'L' ? x : margin, y, size)) strokePath(layer, path)
  blend(image, layer, random.uniform(0.85, 1))
}

/** The first position from the top, then from the bottom, at which a box does not touch the breast. */
function freeHeight(outline: Outline, x: number, top: number, height: number, fieldHeight: number): number | undefined {
  const places = [top, top + 10, top + 20, fieldHeight - height - top]
  return places.find((y) => [y, y + height / 2, y + height].every((edge) => skinDistance(outline, x - 4, edge) < -4))
}

/** A framed label with two lines of numbers in the lower corner. */
function drawLabel(image: GrayImage, plan: ImagePlan, random: Random): void {
  const { field, laterality } = plan
  const width = 34
  const height = 16
  const x = field.widthMm - width - 6
  const y = field.heightMm - height - random.uniform(4, 20)
  if (skinDistance(plan.outline, x - 3, y) > -3) return
  const left = laterality === 'L' ? x : 6
  const layer = createLayer(image.width, image.height, plan.pixelSpacingMm)
  const corners: [number, number][] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
    [0, 0],
  ]
  strokePath(
    layer,
    corners.map(([dx, dy]) => ({ x: left + dx, y: y + dy, widthMm: 0.8, strength: 1 })),
  )
  for (const line of [2, 9]) {
    const number = String(100_000 + random.below(900_000))
    for (const path of textPaths(number, left + 2.5, y + line, 0.9)) strokePath(layer, path)
  }
  blend(image, layer, 0.8)
}

function blend(image: GrayImage, layer: Layer, brightness: number): void {
  const { data } = image
  for (let i = 0; i < data.length; i++) {
    if (layer.data[i] > 0) data[i] = Math.max(data[i], 65535 * Math.min(1, 1.6 * layer.data[i]) * brightness)
  }
}

/** A bright strip along the edge opposite the chest wall, sometimes along the bottom too: a tilted collimator. */
function drawBorder(image: GrayImage, plan: ImagePlan, random: Random): void {
  const { width, height, data } = image
  const strip = (mm: number): number => Math.max(1, Math.round(mm / plan.pixelSpacingMm))
  const level = 65535 * random.uniform(0.75, 1)
  const side = strip(random.uniform(0.8, 2.6))
  const foot = random.chance(0.5) ? strip(random.uniform(0.8, 2)) : 0
  for (let row = 0; row < height; row++) {
    const start = row * width
    if (row >= height - foot) data.fill(level, start, start + width)
    else if (plan.laterality === 'L') data.fill(level, start + width - side, start + width)
    else data.fill(level, start, start + side)
  }
}
