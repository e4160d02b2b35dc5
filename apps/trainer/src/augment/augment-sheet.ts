/** `augment`: a sheet of training images, each as it is and in the variants that training may see. */
import { join } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import { augment, level1, level2, level3, none } from '@mammokit/augmentation'
import { type CommandContext, plural, silentContext } from '@mammokit/command-line'
import { readProcessedImage } from '@mammokit/mammogram-dataset'
import { encodeGrayPng } from '@mammokit/mammogram-preprocess/png'
import { dataPaths } from '@mammokit/screening-data'
import { createRandom } from '@mammokit/seeded-random'
import type { Config } from '../config/config.ts'
import { readTrainingData } from '../train/training-data.ts'

const presets = { none, level1, level2, level3 } as const
/** White lines between the pictures, pixels. */
const gap = 4

export interface AugmentSheet {
  readonly path: string
  readonly imageIds: readonly string[]
}

/**
 * Writes a 16-bit gray PNG: a row for each image, the image as it is, then its variants; as many images with cancer as without, where there are.
 *
 * @throws TrainerError, ScreeningDataError, DatasetError for data that cannot be read
 */
export async function augmentSheet(
  config: Config,
  { progress }: CommandContext = silentContext,
): Promise<AugmentSheet> {
  const { image: size, training, sheet } = config
  const { train } = await readTrainingData(config)
  const of = (target: 0 | 1) => train.filter((row) => row.target === target)
  const [positives, negatives] = [of(1), of(0)]
  const mixed = Array.from({ length: Math.max(positives.length, negatives.length) }, (_, i) => [
    positives[i],
    negatives[i],
  ])
  const rows = mixed
    .flat()
    .filter((row) => row !== undefined)
    .slice(0, sheet.images)
  const width = (sheet.variants + 1) * (size.width + gap) - gap
  const data = new Uint16Array(width * (rows.length * (size.height + gap) - gap)).fill(65_535)
  const place = (values: ArrayLike<number>, row: number, column: number) => {
    for (let y = 0; y < size.height; y++) {
      const at = (row * (size.height + gap) + y) * width + column * (size.width + gap)
      for (let x = 0; x < size.width; x++) data[at + x] = values[y * size.width + x]
    }
  }
  for (const [row, { file, sha256, imageId }] of rows.entries()) {
    const source = await readProcessedImage(file, { height: size.height, width: size.width, sha256 })
    place(source.data, row, 0)
    const values = { ...source, data: Float32Array.from(source.data, (value) => value / 65_535) }
    for (let variant = 0; variant < sheet.variants; variant++) {
      const seed = createRandom(training.seed, 'sheet', imageId, variant).bits()
      const { data: augmented } = augment(values, presets[training.augmentation], seed)
      place(
        augmented.map((value) => Math.round(value * 65_535)),
        row,
        variant + 1,
      )
    }
  }
  const [folder] = [config.data].flat()
  const path = sheet.file ?? join(dataPaths(folder).processed, 'augmentation.png')
  await writeFileAtomic(path, await encodeGrayPng({ data, width, height: data.length / width }))
  progress.line(
    `Wrote ${path}: ${plural(rows.length, 'image')}, ${plural(sheet.variants, 'variant')} of each with ${training.augmentation}`,
  )
  return { path, imageIds: rows.map(({ imageId }) => imageId) }
}
