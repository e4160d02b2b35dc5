/** One batch: its images from the worker threads, side by side. */
import { createRandom } from '@mammokit/seeded-random'
import type { BatchRow, ResolvedBatchLoaderConfig } from './batch-config.ts'
import type { DecodedCache } from './decoded-cache.ts'
import { aborted } from './image-fault.ts'
import type { ImagePool } from './image-pool.ts'

export interface Batch {
  /** Place in its epoch, from 0. */
  readonly index: number
  /** float32 [N, H, W, 1], (value / 65535 - mean) / std. */
  readonly images: Float32Array
  /** float32 [N, 1]. */
  readonly targets: Float32Array
  /** float32 [N, labels of a row], as the rows have them. */
  readonly labels: Float32Array
  readonly shape: readonly [count: number, height: number, width: number, channels: 1]
  /** How many of the N are images; the rest, with `padLast`, are zeros. */
  readonly valid: number
  /** Of the valid ones. */
  readonly imageIds: readonly string[]
  /** Of the valid ones. */
  readonly patientIds: readonly string[]
}

/** What all batches of a loader are made of. */
export interface BatchSource {
  readonly config: ResolvedBatchLoaderConfig
  readonly size: { readonly height: number; readonly width: number }
  readonly pool: ImagePool
  readonly cache: DecodedCache
  /** Files whose SHA-256 was right when they were first read. */
  readonly checked: Set<string>
}

export interface BatchPlace {
  readonly epoch: number
  readonly index: number
  /** Row numbers of the epoch, batch after batch. */
  readonly order: Int32Array
  /** One number: not 0 once nobody waits for the batch. */
  readonly canceled: Int32Array
}

/** @throws DatasetError `image-missing`, `image-unreadable`, `image-altered`, `image-size`, `aborted` once it is canceled */
export async function makeBatch(
  { config, size, pool, cache, checked }: BatchSource,
  place: BatchPlace,
): Promise<Batch> {
  const { rows, batchSize, seed, padLast, augmentation, mean, std } = config
  const { epoch, index, order, canceled } = place
  const first = index * batchSize
  const drawn = Array.from(order.subarray(first, first + batchSize), (row) => rows[row]!)
  const count = padLast ? batchSize : drawn.length
  const { height, width } = size
  const pixels = height * width
  const images = new Float32Array(count * pixels)
  await Promise.all(
    drawn.map(async (row, slot) => {
      const path = row.file
      const decoded = cache.get(path)
      const result = await pool
        .load({
          path,
          ...(row.sha256 !== undefined && !checked.has(path) ? { sha256: row.sha256 } : {}),
          height,
          width,
          ...(decoded ? { decoded } : {}),
          keepDecoded: cache.hasRoom(),
          augmentation,
          seed: createRandom(seed, 'augmentation', epoch, first + slot).bits(),
          mean,
          std,
          canceled,
        })
        .catch((error: unknown) => {
          throw Atomics.load(canceled, 0) === 0 ? error : aborted()
        })
      images.set(result.image, slot * pixels)
      checked.add(path)
      if (result.decoded) cache.add(path, result.decoded)
    }),
  )
  return {
    index,
    images,
    targets: Float32Array.from({ length: count }, (_, slot) => drawn[slot]?.target ?? 0),
    labels: joinLabels(drawn, count),
    shape: [count, height, width, 1],
    valid: drawn.length,
    imageIds: drawn.map(({ imageId }) => imageId),
    patientIds: drawn.map(({ patientId }) => patientId),
  }
}

/** Side by side, 0 where a row only pads. */
function joinLabels(rows: readonly BatchRow[], count: number): Float32Array {
  const size = rows[0]?.labels?.length ?? 0
  const joined = new Float32Array(count * size)
  rows.forEach(({ labels = [] }, slot) => {
    joined.set(labels, slot * size)
  })
  return joined
}
