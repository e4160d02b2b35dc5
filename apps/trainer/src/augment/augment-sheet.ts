/** `augment`: a sheet of training images, or of patches of them, each as it is and in the variants that training may see. */
import { join } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import { type CommandContext, plural, silentContext } from '@mammokit/command-line'
import { type BatchLoaderConfig, createBatchLoader } from '@mammokit/mammogram-dataset'
import { encodeGrayPng } from '@mammokit/mammogram-preprocess/png'
import { dataPaths } from '@mammokit/screening-data'
import type { Config } from '../config/config.ts'
import { patchBatches, trainingSize } from '../train/patch-batches.ts'
import { readTrainingData } from '../train/training-data.ts'

/** White lines between the pictures, pixels. */
const gap = 4

/** What training draws from, and how it augments that. */
interface Drawn extends Pick<BatchLoaderConfig, 'rows' | 'patchSize'> {
  readonly augmentation: NonNullable<BatchLoaderConfig['augmentation']>
}

export interface AugmentSheet {
  readonly path: string
  readonly imageIds: readonly string[]
}

/**
 * Writes a 16-bit gray PNG: a row for each image, the image as it is, then its variants; as many images with cancer as without, where there are.
 * With training.patches a row is of patches, cut anew for each variant as in each epoch: on malignant lesions, benign ones and other tissue in turn.
 *
 * @throws TrainerError, ScreeningDataError, DatasetError for data that cannot be read
 */
export async function augmentSheet(
  config: Config,
  { progress }: CommandContext = silentContext,
): Promise<AugmentSheet> {
  const { training, sheet } = config
  const drawn = await drawnRows(config)
  const rows = drawn.rows.slice(0, sheet.images)
  const size = trainingSize(config)
  const width = (sheet.variants + 1) * (size.width + gap) - gap
  const data = new Uint16Array(width * (rows.length * (size.height + gap) - gap)).fill(65_535)
  const place = (values: Float32Array, row: number, column: number) => {
    for (let y = 0; y < size.height; y++) {
      const at = (row * (size.height + gap) + y) * width + column * (size.width + gap)
      for (let x = 0; x < size.width; x++) data[at + x] = Math.round(values[y * size.width + x] * 65_535)
    }
  }
  const pixels = size.height * size.width
  /** A column for each epoch: the loader of training augments anew in each. */
  const draw = async (augmentation: Drawn['augmentation'], columns: readonly number[]) => {
    const { seed } = training
    const { image, workers } = config
    const own = { ...drawn, ...image, rows, augmentation, seed, workers, mean: 0, std: 1 }
    const loader = createBatchLoader({ ...own, batchSize: rows.length, sampling: 'sequential', cache: true })
    try {
      for (const [epoch, column] of columns.entries()) {
        for await (const { images } of loader.epoch(epoch)) {
          for (const row of rows.keys()) place(images.subarray(row * pixels, (row + 1) * pixels), row, column)
        }
      }
    } finally {
      await loader.close()
    }
  }
  await draw('none', [0])
  await draw(
    drawn.augmentation,
    Array.from({ length: sheet.variants }, (_, variant) => variant + 1),
  )
  const [folder] = [config.data].flat()
  const path = sheet.file ?? join(dataPaths(folder).processed, 'augmentation.png')
  await writeFileAtomic(path, await encodeGrayPng({ data, width, height: data.length / width }))
  const drawnAs = training.patches === null ? plural(rows.length, 'image') : `${plural(rows.length, 'row')} of patches`
  const own = training.patches?.augmentation ? 'training.patches.augmentation' : training.augmentation
  progress.line(`Wrote ${path}: ${drawnAs}, ${plural(sheet.variants, 'variant')} of each with ${own}`)
  return { path, imageIds: rows.map(({ imageId }) => imageId) }
}

/** One kind of row after the other. */
async function drawnRows(config: Config): Promise<Drawn> {
  const { train } = await readTrainingData(config)
  const { patches, augmentation } = config.training
  if (patches === null) {
    const of = (target: 0 | 1) => train.filter((row) => row.target === target)
    return { rows: interleave([of(1), of(0)]), augmentation }
  }
  const { rows, patchSize, augmentation: own = 'none' } = patchBatches(config, patches, train)
  const isOnLesion = ({ patch }: (typeof rows)[number]) => patch?.box !== undefined
  const kinds = [
    rows.filter((row) => row.target === 1),
    rows.filter((row) => row.target === 0 && isOnLesion(row)),
    rows.filter((row) => row.target === 0 && !isOnLesion(row)),
  ]
  return { rows: interleave(kinds), ...(patchSize !== undefined && { patchSize }), augmentation: own }
}

/** The first of each list, the second of each, and so on. */
function interleave<Row>(lists: readonly (readonly Row[])[]): Row[] {
  const longest = Math.max(...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat()
}
