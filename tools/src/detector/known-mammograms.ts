/** Mammograms whose breast is known, to be changed and measured. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { renderPhantom, scanFilm } from '@mammokit/mammogram-phantom'
import {
  type Box,
  breastMask,
  fillHoles,
  type GrayImage,
  largestComponent,
  open,
  type Side,
} from '@mammokit/roi-detector'
import sharp, { type Sharp } from 'sharp'
import { filmLevels } from './film-levels.ts'
import type { KnownMammogram } from './stress-variants.ts'

/** 24 phantoms as presented and 24 as scanned films. */
export async function* phantoms(every: number): AsyncGenerator<KnownMammogram> {
  for (let index = 0; index < 48; index += every) {
    const laterality = index % 2 === 0 ? 'L' : 'R'
    const view = index % 4 < 2 ? 'CC' : 'MLO'
    const phantom = renderPhantom({ seed: 404, patient: index, laterality, view, height: 640 })
    const scan = index < 24 ? undefined : scanFilm({ ...phantom, laterality }, { seed: index })
    const { width, height, data } = scan ?? phantom
    const { x, y } = scan?.source ?? { x: 0, y: 0 }
    const breast = new Uint8Array(width * height)
    phantom.breastWidths.forEach((columns, row) => {
      const start = (y + row) * width + x + (laterality === 'L' ? 0 : phantom.width - columns)
      breast.fill(1, start, start + columns)
    })
    const box = { ...phantom.breast, x: phantom.breast.x + x, y: phantom.breast.y + y }
    yield { name: `phantom ${index}`, data, width, height, breast, box, side: laterality }
  }
}

/** PNG and JPEG files; the breast is what the threshold holds, or what lies above the level that `filmLevels` has for the film. */
export async function* realMammograms(folders: readonly string[], every: number): AsyncGenerator<KnownMammogram> {
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => /\.(png|jpe?g)$/i.test(name)).sort()
    for (let i = 0; i < names.length; i += every) {
      const name = names[i]
      const path = join(folder, name)
      const image = await readGray(sharp(path))
      const level = Object.entries(filmLevels).find(([film]) => name.includes(film))?.[1]
      const known = level === undefined ? byThreshold(image) : aboveLevel(await readGray(sharp(path).blur(1.2)), level)
      if ('reason' in known) process.stderr.write(`${name}: left out, ${known.reason}\n`)
      else yield { ...image, ...known, name }
    }
  }
}

type Known = Pick<KnownMammogram, 'breast' | 'box' | 'side'>

function byThreshold(image: GrayImage): Known | { readonly reason: string } {
  const mask = breastMask(image, { skinReach: 0 })
  if ('reason' in mask) return mask
  const { width, height } = image
  const { factor } = mask
  const breast = new Uint8Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(y / factor) * mask.width
    for (let x = 0; x < width; x++, at++) breast[at] = mask.data[row + Math.floor(x / factor)]
  }
  return { breast, box: mask.box, side: mask.side }
}

function aboveLevel({ data, width, height }: GrayImage, level: number): Known {
  const bright = Uint8Array.from(data, (value) => (value > level * 257 ? 1 : 0))
  const { data: breast } = fillHoles(largestComponent(open({ data: bright, width, height }, 8)))
  const box = boxOf(breast, width)
  return { breast, box, side: sideOf(breast, width, box) }
}

function boxOf(breast: Uint8Array, width: number): Box {
  let [left, right, top, bottom] = [width, 0, -1, 0]
  for (let at = breast.indexOf(1); at >= 0; at = breast.indexOf(1, at + 1)) {
    const x = at % width
    bottom = (at - x) / width
    if (top < 0) top = bottom
    left = Math.min(left, x)
    right = Math.max(right, x)
  }
  return { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top }
}

/** The side on which the outer tenth of the box holds more. */
function sideOf(breast: Uint8Array, width: number, box: Box): Side {
  let more = 0
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = 0; x < box.width / 10; x++) {
      more += breast[y * width + box.x + x] - breast[y * width + box.x + box.width - 1 - x]
    }
  }
  return more >= 0 ? 'L' : 'R'
}

async function readGray(picture: Sharp): Promise<GrayImage> {
  const { data, info } = await picture.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return { width, height, data: Uint16Array.from({ length: width * height }, (_, at) => data[at * channels] * 257) }
}
