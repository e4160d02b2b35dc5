/** The masks that a picture allows: the one to take, and the one that fits what somebody else knows about it. */
import { type Box, checkImage, type GrayImage } from '../gray-image.ts'
import { agreement, coverage, intersectionOverUnion } from '../overlap.ts'
import { type BitMask, countBits, takeAway, toBits, toMask } from './bit-mask.ts'
import { type Borders, pasteInto } from './bright-borders.ts'
import { largestPart, reconstructBits } from './connected-components.ts'
import { type BreastMask, type BreastMaskOptions, breastMaskDefaults, type NoBreast } from './found-mask.ts'
import type { Mask } from './mask.ts'
import { boundingBox, chestWallSide } from './mask-shape.ts'
import { dilateBits, openBits } from './morphology.ts'
import { regrow } from './regrow.ts'
import { holdsAir, isMostlyAir } from './roughness.ts'
import { prepareScene, type Scene } from './scene.ts'
import type { Separation } from './separate-breast.ts'
import { shrink } from './shrink.ts'
import { maxUnevenness, unevenness } from './uneven-light.ts'

export interface MaskSearch {
  /** The mask to take where nothing else is known about the picture. */
  readonly best: BreastMask | NoBreast
  /** The mask that covers a box and agrees with it better than `best` does, and leaves out nothing but air. */
  closestTo(box: Box): BreastMask | undefined
  /** Whether `best` is smoother than what it leaves out, or its brighter part is most of it and smoother than the rest, as the air of a negative is. */
  holdsAir(): boolean
  /** Whether what `best` leaves out is less even than air or bare film, whatever the light. */
  mayLoseTissue(): boolean
  /** `best` without what is thin and lies away from a box: a film's rim, a scratch. */
  trimmedTo(box: Box): BreastMask | undefined
}

/** Finds the masks of a picture. @throws RoiError `invalid-image` */
export function searchMask(image: GrayImage, options: BreastMaskOptions = {}): MaskSearch {
  checkImage(image)
  const settings = { ...breastMaskDefaults, ...options }
  const factor = Math.max(1, Math.round(Math.max(image.width, image.height) / settings.analysisSize))
  const frame = { image, small: shrink(image, factor), factor }
  const scene = prepareScene(frame.small, settings)
  if ('reason' in scene)
    return {
      best: scene,
      closestTo: () => undefined,
      trimmedTo: () => undefined,
      holdsAir: () => false,
      mayLoseTissue: () => false,
    }
  const { separations, borders } = scene
  const first = separations.first()
  const best = describe(first, scene, frame, settings)
  return {
    best,
    closestTo: (box) => {
      const least = Math.max(agreement, 'box' in best ? intersectionOverUnion(best.box, box) + 0.05 : 0)
      for (let i = 0; i < separations.count; i++) {
        const other = separations.at(i)
        if (other === first || other.leaks) continue
        const mask = describe(other, scene, frame, settings)
        if ('reason' in mask || coverage(box, mask.box) < 0.92) continue
        const fit = intersectionOverUnion(mask.box, box)
        // The lowest threshold that agrees keeps the most skin.
        if (fit > least && isSafe(scene, first, other, scaled(box, factor, borders))) return mask
      }
      return undefined
    },
    mayLoseTissue: () => {
      if ('reason' in best) return false
      return (unevenness(scene.picture, outsideOf(first.mask, scene.blocks), first.mask) ?? 0) >= maxUnevenness
    },
    holdsAir: () => !('reason' in best) && (holdsAir(frame.small, best) || isMostlyAir(frame.small, best)),
    // A scan that shows a film's blocks shows its rim, too; elsewhere a fold of skin is as thin.
    trimmedTo: (box) => ('reason' in best || !scene.blocks ? undefined : trim(best, box, frame, scene.radius)),
  }
}

/** A thin part that ends within this space around a box, by its size, may be a fold of skin. */
const foldSpace = 0.15

/** Of one that reaches further, what lies within this space stays. */
const trimSpace = 0.05

function trim(mask: BreastMask, box: Box, frame: Frame, radius: number): BreastMask {
  const all = toBits(mask)
  const thin = toBits(mask)
  takeAway(thin, openBits(all, 4 * radius))
  const rims = reconstructBits(thin, outside(thin, box, foldSpace, frame.factor))
  takeAway(all, outside(rims, box, trimSpace, frame.factor))
  const trimmed = largestPart(all)
  return { ...mask, ...toMask(trimmed), ...shapeOf(trimmed, noBorders, frame) }
}

/** The part of a mask that lies outside a box of the image with so much space around it. */
function outside(bits: BitMask, box: Box, space: number, factor: number): BitMask {
  const mask = toMask(bits)
  const { data, width, height } = mask
  const [across, down] = [space * box.width, space * box.height]
  const left = Math.max(0, Math.ceil((box.x - across) / factor))
  const right = Math.min(width, Math.floor((box.x + box.width + across) / factor) + 1)
  const top = Math.max(0, Math.ceil((box.y - down) / factor))
  const bottom = Math.min(height, Math.floor((box.y + box.height + down) / factor) + 1)
  for (let y = top; y < bottom; y++) data.fill(0, y * width + left, y * width + right)
  return toBits(mask)
}

/** Share of what a mask drops that may lie within the detector's box: fat beneath the skin is as even as bare film. */
const maxDroppedWithin = 0.3

/** Whether one mask may take another's place: it holds as much, or what it lacks is air beside the box. */
function isSafe({ separations, inner }: Scene, from: Separation, to: Separation, box: Box): boolean {
  if (to.threshold <= from.threshold || from.leaks) return true
  let dropped = 0
  let within = 0
  for (let y = 0, at = 0; y < inner.height; y++) {
    for (let x = 0; x < inner.width; x++, at++) {
      if (from.mask.data[at] === 0 || to.mask.data[at] === 1) continue
      dropped++
      if (x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height) within++
    }
  }
  return within <= maxDroppedWithin * dropped && separations.dropsOnlyAir(from, to)
}

function outsideOf({ data, width, height }: Mask, blocks: Mask | undefined): Mask {
  return { data: data.map((inside, at) => (inside === 1 || blocks?.data[at] === 1 ? 0 : 1)), width, height }
}

/** A box of the image in pixels of the copy without its borders. */
function scaled({ x, y, width, height }: Box, factor: number, { left, top }: Borders): Box {
  return { x: x / factor - left, y: y / factor - top, width: width / factor, height: height / factor }
}

/** A picture and the copy of it that is analyzed. */
interface Frame {
  readonly image: GrayImage
  readonly small: GrayImage
  readonly factor: number
}

function describe(
  found: Separation,
  { inner, borders, blocks, radius, margin }: Scene,
  frame: Frame,
  { minArea, minScore, skinReach }: Required<BreastMaskOptions>,
): BreastMask | NoBreast {
  const { small, factor } = frame
  const area = found.area / (small.width * small.height)
  if (area < minArea) return { reason: `largest bright part covers ${(100 * area).toFixed(1)} % of the frame` }
  if (found.leaks) return { reason: 'breast and background have the same brightness' }
  const reach = skinReach * Math.max(inner.width, inner.height)
  const grown = reach > 0 ? regrow(inner, found, reach, radius, blocks) : found.bits
  const bits = margin > 0 ? dilateBits(grown, margin) : grown
  const inside = toMask(bits)
  const score = explainedVariance(inner, inside, blocks)
  if (score < minScore) return { reason: `breast and background differ too little, score ${score.toFixed(3)}` }
  const mask = pasteInto(small, borders, inside)
  return { ...mask, ...shapeOf(bits, borders, frame), factor, threshold: found.threshold, score }
}

const noBorders: Borders = { left: 0, right: 0, top: 0, bottom: 0 }

function shapeOf(bits: BitMask, { left, top }: Borders, { image, small, factor }: Frame) {
  const { x, y, width, height } = boundingBox(bits)
  return {
    area: countBits(bits) / (small.width * small.height),
    box: enlarge({ x: x + left, y: y + top, width, height }, factor, image),
    ...chestWallSide(bits),
  }
}

/** The last blocks of a shrunken copy may reach beyond the image. */
function enlarge({ x, y, width, height }: Box, factor: number, frame: { width: number; height: number }): Box {
  return {
    x: x * factor,
    y: y * factor,
    width: Math.min(frame.width, (x + width) * factor) - x * factor,
    height: Math.min(frame.height, (y + height) * factor) - y * factor,
  }
}

function explainedVariance(image: GrayImage, mask: Mask, blocks: Mask | undefined): number {
  const { width, height } = image
  const sums: GraySums = { count: 0, inside: 0, insideSum: 0, sum: 0, squares: 0 }
  for (let y = 0; y < height; y++) addRow(sums, image, mask.data, blocks?.data, y * width)
  const { count, inside, insideSum, sum, squares } = sums
  const outside = count - inside
  const variance = squares / count - (sum / count) ** 2
  if (inside === 0 || outside === 0 || variance <= 0) return 0
  const between = (inside * outside * (insideSum / inside - (sum - insideSum) / outside) ** 2) / count ** 2
  return Math.min(1, between / variance)
}

interface GraySums {
  count: number
  inside: number
  insideSum: number
  sum: number
  squares: number
}

/** Sums of whole numbers, exact below 2 ** 53, of a row from `start` on. */
function addRow(
  sums: GraySums,
  { data, width }: GrayImage,
  isInside: Uint8Array,
  isBlocked: Uint8Array | undefined,
  start: number,
): void {
  let count = 0
  let inside = 0
  let insideSum = 0
  let sum = 0
  let squares = 0
  for (let at = start; at < start + width; at++) {
    if (isBlocked !== undefined && isBlocked[at] === 1) continue
    const value = data[at]
    count++
    sum += value
    squares += value * value
    inside += isInside[at]
    insideSum += value & -isInside[at]
  }
  sums.count += count
  sums.inside += inside
  sums.insideSum += insideSum
  sums.sum += sum
  sums.squares += squares
}
