/** One batch: its images from the worker threads, side by side. */
import { createRandom } from '@mammokit/seeded-random'
import type { BatchImage, BatchRow, ResolvedBatchLoaderConfig } from './batch-config.ts'
import type { DecodedCache } from './decoded-cache.ts'
import { aborted } from './image-fault.ts'
import type { ImagePool } from './image-pool.ts'

/** Images and targets of one step. */
export interface Batch {
  /** Place in its epoch, from 0. */
  readonly index: number
  /** float32 [N, H, W, 1], (value / 65535 - mean) / std; [N places, H, W, 1] of rows with places, row after row; H and W of patches are their side. */
  readonly images: Float32Array
  /** float32 [N, 1]. */
  readonly targets: Float32Array
  /** float32 [N, labels of a row], as the rows have them. */
  readonly labels: Float32Array
  readonly shape: readonly [count: number, height: number, width: number, channels: 1]
  /** How many of the N rows there are; the rest, with `padLast`, are zeros. */
  readonly valid: number
  /** Place of the first row in its epoch, from 0. */
  readonly start: number
  /** Rows of the whole batch, of which `share` makes a part; those that pad it not counted. */
  readonly total: number
  /** Of the images that there are. */
  readonly imageIds: readonly string[]
  /** Of the valid rows. */
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
  { config, size: { height, width }, pool, cache, checked }: BatchSource,
  place: BatchPlace,
): Promise<Batch> {
  const { rows, batchSize, share, seed, padLast, augmentation, mean, std, patchSize } = config
  const { epoch, index, order, canceled } = place
  const whole = order.subarray(index * batchSize, (index + 1) * batchSize)
  const size = batchSize / share.count
  const first = index * batchSize + share.index * size
  const drawn = Array.from(whole.subarray(share.index * size, (share.index + 1) * size), (row) => rows[row]!)
  const shown = drawn.flatMap((row, slot) => imagesOf(row, { seed, epoch, position: first + slot }))
  const places = rows[0]!.places?.length ?? 1
  const count = padLast ? size : drawn.length
  const shape = patchSize === undefined ? { height, width } : { height: patchSize, width: patchSize }
  const pixels = shape.height * shape.width
  const images = new Float32Array(count * places * pixels)
  await Promise.all(
    shown.map(async ({ file: path, sha256 }, slot) => {
      const decoded = cache.get(path)
      const result = await pool
        .load({
          path,
          ...(sha256 !== undefined && !checked.has(path) ? { sha256 } : {}),
          height,
          width,
          ...(decoded ? { decoded } : {}),
          keepDecoded: cache.hasRoom(),
          ...(patchSize !== undefined && { patch: { size: patchSize, place: drawn[slot]!.patch! } }),
          augmentation,
          seed: createRandom(seed, 'augmentation', epoch, first * places + slot).bits(),
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
    shape: [count * places, shape.height, shape.width, 1],
    valid: drawn.length,
    start: first,
    total: whole.length,
    imageIds: shown.map(({ imageId }) => imageId),
    patientIds: drawn.map(({ patientId }) => patientId),
  }
}

/** The row's own image, or one of those of each place. */
function imagesOf(
  row: BatchRow,
  { seed, epoch, position }: { readonly seed: number; readonly epoch: number; readonly position: number },
): readonly BatchImage[] {
  if (row.places === undefined) return [row]
  return row.places.map((some, place) =>
    some.length === 1 ? some[0]! : createRandom(seed, 'place', epoch, position, place).pick(some),
  )
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
