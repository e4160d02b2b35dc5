/**
 * What `findBreast` loses when pictures are changed: a table of the variants in stress-variants.ts, for phantoms whose breasts are known,
 * and for folders of real mammograms (PNG, JPEG), whose breasts are the threshold method's on the unchanged picture: look at those first.
 *
 * usage: node tools/dist/detector/stress-roi.js [--every N] [FOLDER ...]
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { renderPhantom, scanFilm } from '@mammokit/mammogram-phantom'
import { breastMask, findBreast, type GrayImage } from '@mammokit/roi-detector'
import sharp from 'sharp'
import { type KnownMammogram, type Stressed, stressVariants } from './stress-variants.ts'

interface Row {
  images: number
  /** Where more than 5 % of the breast is outside the box or blackened. */
  lost: number
  worst: number
  /** Area of the box by that of the breast's. */
  readonly ratios: number[]
  readonly outcomes: Map<string, number>
}

const args = process.argv.slice(2)
const every = args[0] === '--every' ? Number(args.splice(0, 2)[1]) : 1
const rows = new Map<string, Row>(
  Object.keys(stressVariants).map((name) => [name, { images: 0, lost: 0, worst: 0, ratios: [], outcomes: new Map() }]),
)
for await (const picture of args.length > 0 ? realMammograms(args) : phantoms()) {
  for (const [name, change] of Object.entries(stressVariants))
    await measure(rows.get(name) as Row, change(picture), name)
}
print()

async function measure(row: Row, picture: Stressed, name: string): Promise<void> {
  const { box, mask, method, reason } = await findBreast(picture)
  const { width, height, breast } = picture
  const frame = box ?? { x: 0, y: 0, width, height }
  let [area, kept, left, right, top, bottom] = [0, 0, width, 0, height, 0]
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (breast[at] === 0) continue
      area++
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
      const isInBox = x >= frame.x && x < frame.x + frame.width && y >= frame.y && y < frame.y + frame.height
      const factor = mask?.factor ?? 1
      if (isInBox && (!mask || mask.data[Math.floor(y / factor) * mask.width + Math.floor(x / factor)] === 1)) kept++
    }
  }
  row.images++
  if (area > 0) {
    const loss = 1 - kept / area
    if (loss > 0.05) row.lost++
    if (loss > row.worst) row.worst = loss
    row.ratios.push((frame.width * frame.height) / ((right + 1 - left) * (bottom + 1 - top)))
  }
  const why = reason
    .replace(/^.*threshold: /, '')
    .split(/[:,]/)[0]
    .replace(/\d+(\.\d+)?/g, 'N')
  const outcome =
    method === 'yolov5' ? why || 'both agree' : method === 'threshold' ? 'threshold alone' : `full frame (${why})`
  row.outcomes.set(outcome, (row.outcomes.get(outcome) ?? 0) + 1)
  if (area > 0 && 1 - kept / area > 0.05)
    process.stderr.write(`${name}: ${(100 * (1 - kept / area)).toFixed(1)} % lost, ${method} ${reason}\n`)
}

function print(): void {
  console.log('| variant | images | lost > 5 % | worst loss | box by breast, median | outcomes |')
  console.log('| ------- | ------ | ---------- | ---------- | --------------------- | -------- |')
  for (const [name, { images, lost, worst, ratios, outcomes }] of rows) {
    ratios.sort((a, b) => a - b)
    const median = ratios.length > 0 ? ratios[ratios.length >> 1].toFixed(2) : '-'
    const list = [...outcomes].sort((a, b) => b[1] - a[1]).map(([what, count]) => `${count} ${what}`)
    const loss = ratios.length > 0 ? `${(100 * worst).toFixed(1)} %` : '-'
    console.log(`| ${name} | ${images} | ${lost} | ${loss} | ${median} | ${list.join(', ')} |`)
  }
}

/** 24 phantoms as presented and 24 as scanned films. */
async function* phantoms(): AsyncGenerator<KnownMammogram> {
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
    yield { data, width, height, breast, box, side: laterality }
  }
}

async function* realMammograms(folders: readonly string[]): AsyncGenerator<KnownMammogram> {
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => /\.(png|jpe?g)$/i.test(name)).sort()
    for (let i = 0; i < names.length; i += every) {
      const image = await readGray(join(folder, names[i]))
      const mask = breastMask(image, { skinReach: 0 })
      if ('reason' in mask) {
        process.stderr.write(`${names[i]}: left out, ${mask.reason}\n`)
        continue
      }
      const { width, height } = image
      const breast = Uint8Array.from(
        { length: width * height },
        (_, at) =>
          mask.data[
            Math.floor(Math.floor(at / width) / mask.factor) * mask.width + Math.floor((at % width) / mask.factor)
          ],
      )
      yield { ...image, breast, box: mask.box, side: mask.side }
    }
  }
}

async function readGray(path: string): Promise<GrayImage> {
  const { data, info } = await sharp(path).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  const step = info.channels
  return {
    width: info.width,
    height: info.height,
    data: Uint16Array.from({ length: info.width * info.height }, (_, at) => data[at * step] * 257),
  }
}
