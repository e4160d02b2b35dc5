/**
 * Writes the images that the shipped breast detector is trained on, in YOLO's layout: phantoms as presented and as scanned films, whose
 * boxes are known, breasts without texture, real mammograms in PNG files, whose boxes the threshold method finds, and pictures without a
 * breast to find: empty ones and inverted phantoms.
 *
 * usage: node tools/dist/detector/write-detector-data.js OUT [FOLDER OF PNG FILES]
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderPhantom, scanFilm } from '@mammokit/mammogram-phantom'
import { encodeGrayPng } from '@mammokit/mammogram-preprocess'
import { type Box, breastMask } from '@mammokit/roi-detector'
import sharp from 'sharp'
import { drawnBreast } from './drawn-breast.ts'
import { emptyPicture, invert } from './negative-pictures.ts'

type GrayImage = { data: Uint16Array; width: number; height: number }

const [out, real] = process.argv.slice(2)
if (!out) {
  console.error('Expected a folder to write to. usage: write-detector-data.js OUT [FOLDER OF PNG FILES]')
  process.exit(2)
}
for (const [subset, seed, patients] of [
  ['train', 101, 100],
  ['val', 202, 20],
] as const) {
  for (let patient = 0; patient < patients; patient++) {
    for (const laterality of ['L', 'R'] as const) {
      for (const view of ['CC', 'MLO'] as const) {
        // Every tenth with implants, at several sizes of detector.
        const height = 512 + 64 * (patient % 7)
        const phantom = renderPhantom({ seed, patient, laterality, view, height, implant: patient % 10 === 9 })
        const name = `phantom-${seed}-${String(patient).padStart(3, '0')}-${laterality}-${view}`
        await write(subset, name, phantom, phantom.breast)
        if (view === (laterality === 'L' ? 'CC' : 'MLO')) await write(subset, `none-inverted-${name}`, invert(phantom))
        const film = seed * 1000 + 4 * patient + (laterality === 'L' ? 0 : 2) + (view === 'CC' ? 0 : 1)
        const scan = scanFilm({ ...phantom, laterality }, { seed: film })
        const { x, y, width, height: tall } = phantom.breast
        const box = { x: x + scan.source.x, y: y + scan.source.y, width, height: tall }
        await write(subset, `film${name.slice('phantom'.length)}`, scan, box)
      }
    }
    for (const index of [2 * patient, 2 * patient + 1]) {
      const drawn = drawnBreast(seed, index)
      await write(subset, `drawn-${seed}-${String(index).padStart(3, '0')}`, drawn, drawn.breast)
      await write(subset, `none-empty-${seed}-${String(index).padStart(3, '0')}`, emptyPicture(seed, index))
    }
  }
}
const files = real ? (await readdir(real)).filter((name) => name.endsWith('.png')).sort() : []
for (const [i, file] of files.entries()) {
  const { data, info } = await sharp(join(real, file)).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  const image = { data: Uint16Array.from(data, (v) => v * 257), width: info.width, height: info.height }
  const mask = breastMask(image)
  if ('reason' in mask) throw new Error(`${file}: ${mask.reason}`)
  const name = file.replace('.png', '')
  await write(i % 4 === 3 ? 'val' : 'train', `real-${name}`, image, mask.box)
  if (i % 4 === 3) {
    const { framed, box } = reframe(image, mask.box, mask.side === 'L')
    await write('val', `framed-${name}`, framed, box)
  }
}

/**
 * The same picture as a detector of fixed size would give it: published pictures are cut to the breast. Air around it, a marker, a label and a
 * bright border on the side of the nipple.
 */
function reframe(image: GrayImage, { x, y, width, height }: Box, isLeft: boolean): { framed: GrayImage; box: Box } {
  const framed = {
    width: Math.round(1.7 * image.width),
    height: Math.round(1.4 * image.height),
    data: new Uint16Array(0),
  }
  framed.data = new Uint16Array(framed.width * framed.height).fill(600)
  const left = isLeft ? 0 : framed.width - image.width
  const top = Math.round(0.25 * image.height)
  for (let row = 0; row < image.height; row++) {
    framed.data.set(image.data.subarray(row * image.width, (row + 1) * image.width), (top + row) * framed.width + left)
  }
  const fill = (fromX: number, fromY: number, toX: number, toY: number, gray: number) => {
    for (let row = Math.round(fromY * framed.height); row < toY * framed.height; row++) {
      const [start, end] = [fromX, toX].map((share) => Math.round((isLeft ? share : 1 - share) * framed.width))
      framed.data.fill(gray, row * framed.width + Math.min(start, end), row * framed.width + Math.max(start, end))
    }
  }
  fill(0.8, 0.04, 0.95, 0.09, 65_535)
  fill(0.75, 0.9, 0.96, 0.97, 45_000)
  fill(0.985, 0, 1, 1, 60_000)
  return { framed, box: { x: x + left, y: y + top, width, height } }
}

/** Writes an image and its label; without a box the label is empty. */
async function write(subset: string, name: string, image: GrayImage, box?: Box): Promise<void> {
  for (const kind of ['images', 'labels']) await mkdir(join(out, kind, subset), { recursive: true })
  await writeFile(join(out, 'images', subset, `${name}.png`), await encodeGrayPng(image))
  const label = join(out, 'labels', subset, `${name}.txt`)
  if (!box) return writeFile(label, '')
  const { width, height } = image
  const center = [(box.x + box.width / 2) / width, (box.y + box.height / 2) / height]
  const line = [0, ...center, box.width / width, box.height / height].join(' ')
  await writeFile(label, `${line}\n`)
}
