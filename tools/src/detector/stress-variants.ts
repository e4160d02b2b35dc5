/** What may happen to a mammogram on its way to us, each as a change of one that is known. */
import { type Box, type GrayImage, largestComponent, type Side } from '@mammokit/roi-detector'
import { createRandom } from '@mammokit/seeded-random'

/** A mammogram whose breast is known: 1 in `breast` is breast, uint8 [height * width]. */
export interface KnownMammogram extends GrayImage {
  readonly name: string
  readonly breast: Uint8Array
  readonly box: Box
  readonly side: Side
}

/** A changed picture, and what of the breast is still to be seen in it. */
export interface Stressed extends GrayImage {
  readonly breast: Uint8Array
}

type Change = (picture: KnownMammogram) => Stressed

const white = 65_535

/** The changes by name. */
export const stressVariants: Readonly<Record<string, Change>> = {
  'as it is': (picture) => picture,
  'offset of 12 %': (picture) => regray(picture, (v) => 0.12 * white + 0.85 * v),
  'darkened to a quarter': (picture) => regray(picture, (v) => v / 4),
  'flipped both ways': flipped,
  'bright frame of 2 %': (picture) => rims(picture, 0.02, 0.02, 0.92),
  '8 bits': (picture) => regray(picture, (v) => v & 0xff00),
  'marker touching': (picture) => touching(picture, 0.12, 0.06, 1),
  'label touching': (picture) => touching(picture, 0.2, 0.12, 0.6),
  'gradient of 14 % across': (picture) => regray(picture, (v, u) => v + 0.14 * white * u),
  'gradient of 14 % back': (picture) => regray(picture, (v, u) => v + 0.14 * white * (1 - u)),
  'gradient of 14 % down': (picture) => regray(picture, (v, _, w) => v + 0.14 * white * w),
  'noise of 3 %': noisy,
  inverted: (picture) => regray(picture, (v) => white - v),
  'film base: fog of 12 %, clear rims': (picture) =>
    rims(
      regray(picture, (v) => 0.12 * white + 0.88 * v),
      0,
      0.05,
      0.4,
    ),
  'film on a black bed': onBed,
  'white block in a corner': block,
  blank: (picture) => noBreast(picture, (random) => white * (0.03 + 0.004 * random.normal())),
  constant: (picture) => noBreast(picture, () => 9000),
}

/** Each value anew, from itself and its place as shares of the frame. */
function regray<Picture extends Stressed>(
  picture: Picture,
  change: (v: number, u: number, w: number) => number,
): Picture {
  const { data, width, height } = picture
  const changed = new Uint16Array(data.length)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      changed[at] = Math.max(0, Math.min(white, change(data[at], x / width, y / height)))
    }
  }
  return { ...picture, data: changed }
}

function flipped({ data, breast, width, height }: KnownMammogram): Stressed {
  return { data: data.slice().reverse(), breast: breast.slice().reverse(), width, height }
}

/** Rims of one gray over the picture's own edge, shares of the height. */
function rims({ data, breast, width, height }: KnownMammogram, aside: number, above: number, gray: number): Stressed {
  const changed = { data: data.slice(), breast: breast.slice(), width, height }
  const [across, down] = [Math.round(aside * height), Math.round(above * height)]
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (y >= down && y < height - down && x >= across && x < width - across) continue
      changed.data[at] = gray * white
      changed.breast[at] = 0
    }
  }
  // An arm or the abdomen that the rim cuts off is no part of the breast.
  return { ...changed, breast: largestComponent({ data: changed.breast, width, height }).data }
}

/** A rectangle whose edge meets the breast's far edge in its upper quarter. */
function touching(picture: KnownMammogram, wide: number, high: number, gray: number): Stressed {
  const { data, breast, width, height, box, side } = picture
  const [w, h] = [Math.round(wide * width), Math.round(high * height)]
  const top = Math.round(box.y + 0.15 * box.height)
  let edge = side === 'L' ? 0 : width - 1
  for (let y = top; y < Math.min(height, top + h); y++) {
    const row = breast.subarray(y * width, (y + 1) * width)
    if (!row.includes(1)) continue
    edge = side === 'L' ? Math.max(edge, row.lastIndexOf(1)) : Math.min(edge, row.indexOf(1))
  }
  const left = side === 'L' ? edge - 1 : edge + 1 - w
  return filled({ data, breast, width, height }, { x: left, y: top, width: w, height: h }, gray)
}

function block(picture: KnownMammogram): Stressed {
  const { width, height, side } = picture
  const [w, h] = [Math.round(0.25 * width), Math.round(0.15 * height)]
  return filled(picture, { x: side === 'L' ? width - w : 0, y: height - h, width: w, height: h }, 0.95)
}

function filled({ data, breast, width, height }: Stressed, box: Box, gray: number): Stressed {
  const changed = { data: data.slice(), breast: breast.slice(), width, height }
  const [left, right] = [Math.max(0, box.x), Math.min(width, box.x + box.width)]
  for (let y = Math.max(0, box.y); y < Math.min(height, box.y + box.height); y++) {
    changed.data.fill(gray * white, y * width + left, y * width + right)
    changed.breast.fill(0, y * width + left, y * width + right)
  }
  return changed
}

function noisy(picture: KnownMammogram): Stressed {
  const random = createRandom(14, 'noise')
  return regray(picture, (v) => v + 0.03 * white * random.normal())
}

/** Fog on the film, black around it. */
function onBed({ data, breast, width, height }: KnownMammogram): Stressed {
  const [beside, above] = [Math.round(0.15 * width), Math.round(0.08 * height)]
  const size = { width: width + 2 * beside, height: height + 2 * above }
  const scan = {
    ...size,
    data: new Uint16Array(size.width * size.height),
    breast: new Uint8Array(size.width * size.height),
  }
  for (let y = 0; y < height; y++) {
    const to = (y + above) * size.width + beside
    for (let x = 0; x < width; x++) scan.data[to + x] = 0.2 * white + 0.8 * data[y * width + x]
    scan.breast.set(breast.subarray(y * width, (y + 1) * width), to)
  }
  return scan
}

function noBreast(
  { data, width, height }: KnownMammogram,
  gray: (random: ReturnType<typeof createRandom>) => number,
): Stressed {
  const random = createRandom(14, 'blank')
  return { data: Uint16Array.from(data, () => gray(random)), breast: new Uint8Array(data.length), width, height }
}
