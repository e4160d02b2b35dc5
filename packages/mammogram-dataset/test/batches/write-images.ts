/** Small 16-bit gray PNG files for tests, with values that tell images apart. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { BatchRow } from '../../src/index.ts'

export const size = { height: 12, width: 8 }

/** Value of pixel `index` of image `image`; every bit of 16 is used. */
export function pixelValue(image: number, index: number): number {
  return (image * 4099 + index * 257 + 1) % 65_536
}

export async function writePng(path: string, values: Uint16Array, { height, width } = size): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const png = sharp(values, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png()
  await writeFile(path, await png.toBuffer())
}

/** A folder with `count` images of `count / 2` patients; every `positiveEvery`th is positive. */
export async function writeImages(count: number, positiveEvery = 4): Promise<{ imagesDir: string; rows: BatchRow[] }> {
  const imagesDir = await mkdtemp(join(tmpdir(), 'mammogram-batches-'))
  const rows = Array.from({ length: count }, (_, image) => ({
    imageId: `image${image}`,
    patientId: `patient${image >> 1}`,
    target: image % positiveEvery === 0 ? 1 : 0,
    file: join(imagesDir, `patient${image >> 1}`, `image${image}.png`),
  }))
  const pixels = size.height * size.width
  for (const [image, row] of rows.entries()) {
    const values = Uint16Array.from({ length: pixels }, (_, index) => pixelValue(image, index))
    await writePng(row.file, values)
  }
  return { imagesDir, rows }
}
