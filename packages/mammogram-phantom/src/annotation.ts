/** What is on the image but not in the breast: view markers, patient labels, bright film borders. */
import { type Outline, skinDistance } from './breast-outline.ts'
import { createLayer, type Layer, strokePath } from './layer.ts'
import type { ImagePlan } from './patient-plan.ts'
import { createRandom, type Random } from './random.ts'
import type { GreyImage } from './render-phantom.ts'

/** Draws markers and borders on the finished image, in the frame of the viewer: letters are never mirrored. */
export function drawAnnotations(image: GreyImage, plan: ImagePlan): void {
  const random = createRandom(plan.imageKey, 2)
  if (random.chance(0.85)) drawMarker(image, plan, random)
  if (random.chance(0.07)) drawLabel(image, plan, random)
  if (random.chance(0.07)) drawBorder(image, plan, random)
}

/** Strokes of each letter in a box 4 wide and 6 high. */
const letters: Record<string, readonly (readonly [number, number])[][]> = {
  R: [
    [
      [0, 6],
      [0, 0],
      [2.8, 0],
      [3.8, 0.8],
      [3.8, 2.2],
      [2.8, 3],
      [0, 3],
    ],
    [
      [1.8, 3],
      [4, 6],
    ],
  ],
  L: [
    [
      [0, 0],
      [0, 6],
      [3.6, 6],
    ],
  ],
  C: [
    [
      [4, 1.2],
      [3, 0.1],
      [1.2, 0.1],
      [0, 1.5],
      [0, 4.5],
      [1.2, 5.9],
      [3, 5.9],
      [4, 4.8],
    ],
  ],
  M: [
    [
      [0, 6],
      [0, 0],
      [2, 3.4],
      [4, 0],
      [4, 6],
    ],
  ],
  O: [
    [
      [2, 0],
      [0.5, 0.9],
      [0, 3],
      [0.5, 5.1],
      [2, 6],
      [3.5, 5.1],
      [4, 3],
      [3.5, 0.9],
      [2, 0],
    ],
  ],
  '0': [
    [
      [2, 0],
      [0.7, 0.9],
      [0.4, 3],
      [0.7, 5.1],
      [2, 6],
      [3.3, 5.1],
      [3.6, 3],
      [3.3, 0.9],
      [2, 0],
    ],
  ],
  '1': [
    [
      [0.8, 1.4],
      [2.2, 0],
      [2.2, 6],
    ],
  ],
  '2': [
    [
      [0.2, 1.4],
      [1, 0.2],
      [3, 0.2],
      [3.8, 1.4],
      [3.4, 2.8],
      [0.2, 6],
      [3.9, 6],
    ],
  ],
  '3': [
    [
      [0.3, 0.7],
      [2, 0],
      [3.6, 1],
      [3.2, 2.5],
      [1.6, 2.9],
      [3.4, 3.4],
      [3.8, 4.8],
      [2, 6],
      [0.2, 5.3],
    ],
  ],
  '4': [
    [
      [3, 6],
      [3, 0],
      [0, 4],
      [4, 4],
    ],
  ],
  '5': [
    [
      [3.6, 0],
      [0.6, 0],
      [0.4, 2.7],
      [2.4, 2.3],
      [3.8, 3.6],
      [3.4, 5.4],
      [1.6, 6],
      [0.2, 5.3],
    ],
  ],
  '6': [
    [
      [3.4, 0.4],
      [1.4, 1],
      [0.3, 3.6],
      [0.8, 5.6],
      [2.2, 6],
      [3.7, 5],
      [3.3, 3.3],
      [1.8, 2.9],
      [0.5, 3.8],
    ],
  ],
  '7': [
    [
      [0.2, 0],
      [3.8, 0],
      [1.4, 6],
    ],
  ],
  '8': [
    [
      [2, 2.8],
      [0.5, 1.7],
      [1, 0.3],
      [3, 0.3],
      [3.5, 1.7],
      [2, 2.8],
      [0.2, 4.2],
      [0.8, 5.8],
      [3.2, 5.8],
      [3.8, 4.2],
      [2, 2.8],
    ],
  ],
  '9': [
    [
      [3.6, 2.3],
      [2.2, 3.2],
      [0.5, 2.6],
      [0.3, 1],
      [1.8, 0],
      [3.3, 0.5],
      [3.6, 2.3],
      [2.8, 5],
      [0.8, 6],
    ],
  ],
} // prettier-ignore

function drawMarker(image: GreyImage, plan: ImagePlan, random: Random): void {
  const { field, laterality, view } = plan
  const size = random.uniform(1.3, 2)
  const text = random.chance(0.7) ? `${laterality} ${view}` : laterality
  const width = textWidth(text) * size
  const margin = random.uniform(5, 12)
  const x = field.widthMm - margin - width
  const y = freeHeight(plan.outline, x, margin, 6 * size, field.heightMm)
  if (y === undefined) return
  const layer = createLayer(image.width, image.height, plan.pixelSpacingMm)
  writeText(layer, text, laterality === 'L' ? x : margin, y, size)
  blend(image, layer, random.uniform(0.85, 1))
}

/** The first place from the top where a box of the given height leaves the breast clear; undefined where there is none. */
function freeHeight(outline: Outline, x: number, top: number, height: number, fieldHeight: number): number | undefined {
  for (let y = top; y + height < fieldHeight - 4; y += 8) {
    if (skinDistance(outline, x - 4, y) < 0 && skinDistance(outline, x - 4, y + height + 4) < 0) return y
    if (y > 0.3 * fieldHeight) y = Math.max(y, 0.7 * fieldHeight)
  }
  return undefined
}

function drawLabel(image: GreyImage, plan: ImagePlan, random: Random): void {
  const { field, laterality } = plan
  const size = 0.9
  const width = 34
  const height = 16
  const x = field.widthMm - width - 6
  const y = field.heightMm - height - random.uniform(4, 20)
  if (skinDistance(plan.outline, x - 3, y) > 0) return
  const left = laterality === 'L' ? x : 6
  const layer = createLayer(image.width, image.height, plan.pixelSpacingMm)
  const frame = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
    [0, 0],
  ] // prettier-ignore
  strokePath(
    layer,
    frame.map(([dx, dy]) => ({ x: left + dx, y: y + dy, widthMm: 0.8, strength: 1 })),
  )
  for (const line of [2, 9]) {
    writeText(layer, String(100_000 + random.integer(900_000)), left + 2.5, y + line, size)
  }
  blend(image, layer, 0.8)
}

function textWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter === ' ' ? 2.5 : 5.4), 0)
}

function writeText(layer: Layer, text: string, x: number, y: number, size: number): void {
  let left = x
  for (const letter of text) {
    for (const stroke of letters[letter] ?? []) {
      strokePath(
        layer,
        stroke.map(([dx, dy]) => ({ x: left + dx * size, y: y + dy * size, widthMm: 0.75 * size, strength: 1 })),
      )
    }
    left += (letter === ' ' ? 2.5 : 5.4) * size
  }
}

function blend(image: GreyImage, layer: Layer, brightness: number): void {
  const { data } = image
  for (let i = 0; i < data.length; i++) {
    if (layer.data[i] > 0) data[i] = Math.max(data[i], 65535 * Math.min(1, 1.6 * layer.data[i]) * brightness)
  }
}

/** A bright strip along one or two edges that are not the chest wall's, as scanned films and tilted collimators leave. */
function drawBorder(image: GreyImage, plan: ImagePlan, random: Random): void {
  const { width, height, data } = image
  const strip = (mm: number): number => Math.max(1, Math.round(mm / plan.pixelSpacingMm))
  const level = 65535 * random.uniform(0.75, 1)
  const side = strip(random.uniform(0.8, 2.6))
  const foot = random.chance(0.5) ? strip(random.uniform(0.8, 2)) : 0
  for (let row = 0; row < height; row++) {
    if (row >= height - foot) data.fill(level, row * width, (row + 1) * width)
    else if (plan.laterality === 'L') data.fill(level, (row + 1) * width - side, (row + 1) * width)
    else data.fill(level, row * width, row * width + side)
  }
}
