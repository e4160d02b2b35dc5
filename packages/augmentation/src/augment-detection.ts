/** What a mammogram may look like apart from the breast: other frames and aspects, markers, blocks, bright borders, other grays, uneven light, mirrored. */
import type { Random } from '@mammokit/seeded-random'

/** One channel of 16 bits, row by row: a mammogram before its breast is cut out. */
export interface DetectionImage {
  readonly data: Uint16Array
  readonly width: number
  readonly height: number
}

/** Pixels of the image. */
export interface PixelBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

type GrayImage = { data: Uint16Array; width: number; height: number }

/**
 * Draws one variant of a mammogram and of the box of its breast, for the training of a detector. The input is not changed.
 *
 * @param random where the draws come from: the same numbers give the same variant
 * @example
 * augmentDetection({ image, box: { x: 0, y: 20, width: 30, height: 50 } }, createRandom(13)).box // { x: 54, y: 48, width: 30, height: 50 }
 */
export function augmentDetection(
  sample: { readonly image: DetectionImage; readonly box?: PixelBox | undefined },
  random: Random,
): { image: DetectionImage; box?: PixelBox } {
  let image: GrayImage = sample.image
  let box = sample.box
  ;({ image, box } = newFrame(image, box, random))
  if (random.chance(0.3)) ({ image, box } = stretched(image, box, random.uniform(0.7, 1.4)))
  image = { ...image, data: image.data.slice() }
  if (random.chance(0.5)) drawMarkers(image, box, random)
  changeGrays(image, random)
  if (random.chance(0.3)) addGradient(image, random)
  if (random.chance(0.15)) drawBlock(image, box, random)
  if (random.chance(0.12)) drawBorder(image, random)
  if (random.chance(0.5)) ({ image, box } = mirrored(image, box))
  if (random.chance(0.5)) ({ image, box } = upsideDown(image, box))
  return { image, ...(box && { box }) }
}

type Framed = { image: GrayImage; box: PixelBox | undefined }

/** More air around the picture on the side of the nipple, above and below, or a narrower cut; the chest wall stays at the edge. */
function newFrame(image: GrayImage, box: PixelBox | undefined, random: Random): Framed {
  if (!box || random.chance(0.3)) return { image, box }
  const { width, height } = image
  const isLeft = isChestWallLeft(image)
  const room = isLeft ? width - (box.x + box.width) : box.x
  const beside = Math.round(random.uniform(-0.9 * room, 0.8 * width))
  const above = Math.round(random.uniform(-0.9 * box.y, 0.35 * height))
  const below = Math.round(random.uniform(-0.9 * (height - box.y - box.height), 0.35 * height))
  const [left, right] = isLeft ? [0, beside] : [beside, 0]
  const framed = { width: width + left + right, height: height + above + below, data: new Uint16Array(0) }
  framed.data = new Uint16Array(framed.width * framed.height)
  const air = darkest(image)
  const spread = random.uniform(0, 0.4) * air
  for (let i = 0; i < framed.data.length; i++) framed.data[i] = air + ((random.bits() & 255) / 255 - 0.5) * spread
  const [from, to] = [Math.max(0, -left), Math.min(width, framed.width - left)]
  for (let y = Math.max(0, above); y < Math.min(framed.height, height + above); y++) {
    const row = (y - above) * width
    framed.data.set(image.data.subarray(row + from, row + to), y * framed.width + from + left)
  }
  return { image: framed, box: clip({ ...box, x: box.x + left, y: box.y + above }, framed) }
}

/** The chest wall is where the outer tenth is brighter: breasts that fill the frame leave no other trace of it. */
function isChestWallLeft({ data, width, height }: GrayImage): boolean {
  const tenth = Math.ceil(width / 10)
  let difference = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < tenth; x++) difference += data[y * width + x] - data[(y + 1) * width - 1 - x]
  }
  return difference > 0
}

function clip({ x, y, width, height }: PixelBox, frame: { width: number; height: number }): PixelBox {
  const [left, top] = [Math.max(0, x), Math.max(0, y)]
  return {
    x: left,
    y: top,
    width: Math.min(frame.width, x + width) - left,
    height: Math.min(frame.height, y + height) - top,
  }
}

/** The gray of air: the mean of the darkest twentieth. */
function darkest({ data }: GrayImage): number {
  const some = Float64Array.from({ length: 400 }, (_, i) => data[Math.floor((i * data.length) / 400)]).sort()
  return some.slice(0, 20).reduce((sum, value) => sum + value) / 20
}

/** Up to four labels of bars, beside the breast. */
function drawMarkers(image: GrayImage, box: PixelBox | undefined, random: Random): void {
  const { width, height, data } = image
  for (let i = random.integer(1, 4); i > 0; i--) {
    const [w, h] = [Math.round(width * random.uniform(0.03, 0.22)), Math.round(height * random.uniform(0.02, 0.12))]
    const [x, y] = [random.integer(0, width - w), random.integer(0, height - h)]
    const mayTouch = random.chance(0.15)
    if (
      box &&
      !mayTouch &&
      x < box.x + box.width + 4 &&
      x + w > box.x - 4 &&
      y < box.y + box.height + 4 &&
      y + h > box.y - 4
    )
      continue
    const gray = random.uniform(15_000, 65_535)
    const bar = random.integer(2, 8)
    const isSolid = random.chance(0.4)
    for (let v = y; v < y + h; v++) {
      for (let u = x; u < x + w; u++) if (isSolid || (u - x) % (2 * bar) < bar) data[v * width + u] = gray
    }
  }
}

function changeGrays({ data }: GrayImage, random: Random): void {
  const gamma = Math.exp(random.uniform(-0.6, 0.6))
  const contrast = random.uniform(0.6, 1.3)
  const brightness = random.chance(0.5) ? random.uniform(0, 0.12) : 0
  const noise = random.chance(0.5) ? random.uniform(0, random.chance(0.3) ? 0.1 : 0.03) : 0
  // 4,096 grays are enough for a network.
  const table = Float64Array.from({ length: 4096 }, (_, v) => 65_535 * (contrast * (v / 4095) ** gamma + brightness))
  const scale = 2 * noise
  for (let at = 0; at < data.length; at++) {
    const value = table[data[at] >> 4] + (scale > 0 ? ((random.bits() & 65_535) - 32_768) * scale : 0)
    data[at] = Math.max(0, Math.min(65_535, value))
  }
}

/** Light that rises by up to a fifth of white from one side of the frame to the other. */
function addGradient({ data, width, height }: GrayImage, random: Random): void {
  const [across, down] = [random.uniform(-1, 1), random.uniform(-1, 1)]
  const amount = (65_535 * random.uniform(0, 0.2)) / (Math.abs(across) + Math.abs(down))
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const light = amount * (across * (x / width - 0.5) + down * (y / height - 0.5) + 0.5)
      data[at] = Math.max(0, Math.min(65_535, data[at] + light))
    }
  }
}

/** A white block in a corner that holds no breast. */
function drawBlock({ data, width, height }: GrayImage, box: PixelBox | undefined, random: Random): void {
  const [w, h] = [Math.round(width * random.uniform(0.08, 0.4)), Math.round(height * random.uniform(0.04, 0.25))]
  const [x, y] = [random.chance(0.5) ? 0 : width - w, random.chance(0.5) ? 0 : height - h]
  if (box && x < box.x + box.width && x + w > box.x && y < box.y + box.height && y + h > box.y) return
  const gray = random.uniform(45_000, 65_535)
  for (let v = y; v < y + h; v++) data.fill(gray, v * width + x, v * width + x + w)
}

/** Another width, by linear interpolation along the rows. */
function stretched(image: GrayImage, box: PixelBox | undefined, factor: number): Framed {
  const { height } = image
  const width = Math.max(1, Math.round(image.width * factor))
  const data = new Uint16Array(width * height)
  for (let x = 0; x < width; x++) {
    const from = Math.min(image.width - 1, Math.max(0, ((x + 0.5) * image.width) / width - 0.5))
    const left = Math.floor(from)
    const right = Math.min(image.width - 1, left + 1)
    for (let y = 0, row = 0; y < height; y++, row += image.width) {
      const value = image.data[row + left]
      data[y * width + x] = value + (from - left) * (image.data[row + right] - value)
    }
  }
  const scale = width / image.width
  return { image: { data, width, height }, box: box && { ...box, x: box.x * scale, width: box.width * scale } }
}

function drawBorder({ data, width, height }: GrayImage, random: Random): void {
  const [left, right, top, bottom] = [width, width, height, height].map((size) =>
    random.chance(0.5) ? Math.round(size * random.uniform(0.004, 0.03)) : 0,
  )
  const gray = random.uniform(40_000, 65_535)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x < left || x >= width - right || y < top || y >= height - bottom) data[y * width + x] = gray
    }
  }
}

function mirrored(image: GrayImage, box: PixelBox | undefined): Framed {
  const { width, height } = image
  const data = new Uint16Array(image.data.length)
  for (let y = 0; y < height; y++) data.set(image.data.subarray(y * width, (y + 1) * width).toReversed(), y * width)
  return { image: { data, width, height }, box: box && { ...box, x: width - box.x - box.width } }
}

function upsideDown(image: GrayImage, box: PixelBox | undefined): Framed {
  const { width, height } = image
  const data = new Uint16Array(image.data.length)
  for (let y = 0; y < height; y++) data.set(image.data.subarray(y * width, (y + 1) * width), (height - 1 - y) * width)
  return { image: { data, width, height }, box: box && { ...box, y: height - box.y - box.height } }
}
