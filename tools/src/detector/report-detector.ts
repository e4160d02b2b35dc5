/**
 * How good the shipped breast detector is: IoU with the truth on phantoms that it has not seen, and on a folder of labelled images.
 *
 * usage: node tools/dist/detector/report-detector.js PICTURE.png [FOLDER with images/val and labels/val]
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderPhantom } from '@mammokit/mammogram-phantom'
import { type Box, breastDetectorPath, detectBreasts, loadYolov5 } from '@mammokit/roi-detector'
import sharp from 'sharp'

interface Case {
  readonly name: string
  readonly image: { data: Uint16Array; width: number; height: number }
  readonly truth: Box
}

const [picture, folder] = process.argv.slice(2)
if (!picture) {
  console.error('Expected a file for the picture of the worst cases. usage: report-detector.js PICTURE.png [FOLDER]')
  process.exit(2)
}
const detector = await loadYolov5(breastDetectorPath(), { threads: 2 })
const worst: { one: Case; box: Box | undefined; iou: number }[] = []
await report('phantoms', phantoms())
if (folder) await report('real images', labelled(folder))
await drawWorst(picture)

async function report(title: string, cases: AsyncIterable<Case> | Iterable<Case>): Promise<void> {
  const results: { one: Case; box: Box | undefined; iou: number; score: number }[] = []
  for await (const one of cases) {
    const [found] = await detectBreasts(detector, [one.image])
    const box = 'box' in found ? found.box : undefined
    results.push({ one, box, iou: box ? overlap(box, one.truth) : 0, score: 'score' in found ? found.score : 0 })
  }
  results.sort((a, b) => a.iou - b.iou)
  worst.push(...results.slice(0, 4))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  console.table({
    [title]: {
      images: results.length,
      'mean IoU': mean(results.map(({ iou }) => iou)).toFixed(3),
      'above 0.8': (results.filter(({ iou }) => iou > 0.8).length / results.length).toFixed(3),
      worst: results[0].iou.toFixed(3),
      'worst image': results[0].one.name,
      'lowest score': Math.min(...results.map(({ score }) => score)).toFixed(3),
    },
  })
}

/** Both views and sides of patients of a seed that no training used, a fifth of them with implants. */
function* phantoms(): Generator<Case> {
  for (let patient = 0; patient < 25; patient++) {
    const height = 512 + 128 * (patient % 5)
    for (const laterality of ['L', 'R'] as const) {
      for (const view of ['CC', 'MLO'] as const) {
        const image = renderPhantom({ seed: 303, patient, laterality, view, height, implant: patient % 5 === 4 })
        yield { name: `phantom ${patient} ${laterality} ${view}`, image, truth: image.breast }
      }
    }
  }
}

async function* labelled(from: string): AsyncGenerator<Case> {
  for (const file of (await readdir(join(from, 'images/val'))).filter((name) => name.startsWith('real-')).sort()) {
    const { data, info } = await sharp(join(from, 'images/val', file))
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    const { width, height } = info
    const image = { data: new Uint16Array(data.buffer, data.byteOffset, width * height), width, height }
    const label = await readFile(join(from, 'labels/val', file.replace('.png', '.txt')), 'utf8')
    const [, x, y, w, h] = label.split(' ').map(Number)
    const truth = { x: (x - w / 2) * width, y: (y - h / 2) * height, width: w * width, height: h * height }
    yield { name: file, image, truth }
  }
}

/** The truth in green, the box in orange. */
async function drawWorst(path: string): Promise<void> {
  const size = 360
  const tiles = await Promise.all(
    worst.map(async ({ one: { image, truth, name }, box, iou }, i) => {
      const rectangle = (b: Box, colour: string) =>
        `<rect x="${b.x}" y="${b.y}" width="${b.width}" height="${b.height}" fill="none" stroke="${colour}" stroke-width="${image.height / 200}"/>`
      const bright = Uint8Array.from(image.data, (value) => Math.round(255 * Math.sqrt(value / 65_535)))
      const png = await sharp(bright, { raw: { width: image.width, height: image.height, channels: 1 } })
        .png()
        .toBuffer()
      const svg =
        `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${image.width} ${image.height}">` +
        `<image href="data:image/png;base64,${png.toString('base64')}" width="${image.width}" height="${image.height}"/>` +
        `${rectangle(truth, '#3ddc84')}${box ? rectangle(box, '#ffb02e') : ''}` +
        `<text x="4" y="${image.height / 20}" font-size="${image.height / 24}" fill="#fff">${name}: ${iou.toFixed(3)}</text></svg>`
      return { input: Buffer.from(svg), left: (i % 4) * size, top: Math.floor(i / 4) * size }
    }),
  )
  const height = size * Math.ceil(tiles.length / 4)
  await sharp({ create: { width: 4 * size, height, channels: 3, background: '#16181d' } })
    .composite(tiles)
    .png()
    .toFile(path)
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const shared = Math.max(0, width) * Math.max(0, height)
  return shared / (a.width * a.height + b.width * b.height - shared)
}
