/**
 * Writes the images that the shipped breast detector is trained on, in YOLO's layout: phantoms, whose boxes are known, and real
 * mammograms in PNG files, whose boxes the threshold method finds.
 *
 * usage: node tools/dist/detector/write-detector-data.js OUT [FOLDER OF PNG FILES]
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderPhantom } from '@mammokit/mammogram-phantom'
import { type Box, breastMask } from '@mammokit/roi-detector'
import sharp from 'sharp'

type Grey = { data: Uint16Array; width: number; height: number }

const [out, real] = process.argv.slice(2)
if (!out) {
  console.error('Expected a folder to write to. usage: write-detector-data.js OUT [FOLDER OF PNG FILES]')
  process.exit(2)
}
for (const [subset, seed, patients] of [
  ['train', 101, 60],
  ['val', 202, 20],
] as const) {
  for (let patient = 0; patient < patients; patient++) {
    for (const laterality of ['L', 'R'] as const) {
      for (const view of ['CC', 'MLO'] as const) {
        // Every tenth with implants, at several sizes of detector.
        const height = 448 + 32 * (patient % 5)
        const phantom = renderPhantom({ seed, patient, laterality, view, height, implant: patient % 10 === 9 })
        const name = `phantom-${seed}-${String(patient).padStart(3, '0')}-${laterality}-${view}`
        await write(subset, name, phantom, phantom.breast)
      }
    }
  }
}
const files = real ? (await readdir(real)).filter((name) => name.endsWith('.png')).sort() : []
for (const [i, file] of files.entries()) {
  const { data, info } = await sharp(join(real, file)).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  const image = { data: Uint16Array.from(data, (v) => v * 257), width: info.width, height: info.height }
  const mask = breastMask(image)
  if ('reason' in mask) throw new Error(`${file}: ${mask.reason}`)
  await write(i % 4 === 3 ? 'val' : 'train', `real-${file.replace('.png', '')}`, image, mask.box)
}

async function write(subset: string, name: string, { data, width, height }: Grey, box: Box): Promise<void> {
  for (const kind of ['images', 'labels']) await mkdir(join(out, kind, subset), { recursive: true })
  await sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toFile(join(out, 'images', subset, `${name}.png`))
  const centre = [(box.x + box.width / 2) / width, (box.y + box.height / 2) / height]
  const line = [0, ...centre, box.width / width, box.height / height].join(' ')
  await writeFile(join(out, 'labels', subset, `${name}.txt`), `${line}\n`)
}
