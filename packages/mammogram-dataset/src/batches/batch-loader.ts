/** Batches for training and evaluation: decoded, augmented and normalised by worker threads ahead of their use. */
import { join } from 'node:path'
import { DatasetError } from '../dataset-error.ts'
import {
  assertWhole,
  type BatchLoaderConfig,
  type BatchRow,
  type ResolvedBatchLoaderConfig,
  resolveBatchLoaderConfig,
} from './batch-config.ts'
import { aborted, imageFault } from './image-fault.ts'
import { createImagePool, type ImagePool } from './image-pool.ts'
import { decode } from './image-task.ts'
import { planSampling, streamSeed } from './sampling.ts'

export interface Batch {
  /** Place in its epoch, from 0. */
  readonly index: number
  /** float32 [N, H, W, 1], (value / 65535 - mean) / std. */
  readonly images: Float32Array
  /** float32 [N, 1]. */
  readonly targets: Float32Array
  readonly shape: readonly [count: number, height: number, width: number, channels: 1]
  /** How many of the N are images; the rest, with `padLast`, are zeros. */
  readonly valid: number
  /** Of the valid ones. */
  readonly imageIds: readonly string[]
  /** Of the valid ones. */
  readonly patientIds: readonly string[]
}

export interface EpochOptions {
  /** First batch to make: a resumed run goes on where it was. @default 0 */
  readonly startBatch?: number
}

export interface BatchLoader {
  readonly batchesPerEpoch: number
  /** Draws of an epoch; with sampling weights more than there are rows. */
  readonly imagesPerEpoch: number
  /**
   * The batches of epoch `epoch`, from 0; each is a function of (seed, epoch, index) alone, whatever the workers.
   *
   * @throws DatasetError `image-missing`, `image-unreadable`, `image-size` (they name the file), `aborted`
   */
  epoch(epoch: number, options?: EpochOptions): AsyncGenerator<Batch, void, undefined>
  /** Ends the worker threads; running epochs throw `aborted`. */
  close(): Promise<void>
}

/**
 * Starts the worker threads that make batches; `close` ends them.
 *
 * @throws DatasetError `invalid-options`
 * @example
 * const loader = createBatchLoader({ rows, imagesDir, height: 1024, width: 512, batchSize: 8 })
 * for await (const { images, targets, shape } of loader.epoch(0)) await step.run(images, targets) // shape [8, 1024, 512, 1]
 * await loader.close()
 */
export function createBatchLoader(config: BatchLoaderConfig): BatchLoader {
  const resolved = resolveBatchLoaderConfig(config)
  const { rows, sampling, batchSize, seed, dropLast, signal } = resolved
  const targets = rows.map(({ target }) => target)
  const plan = planSampling(targets, sampling, batchSize, seed)
  const batchesPerEpoch = dropLast ? Math.floor(plan.draws / batchSize) : Math.ceil(plan.draws / batchSize)
  if (batchesPerEpoch === 0) {
    throw new DatasetError(
      'invalid-options',
      `Expected at least ${batchSize} images for dropLast but received ${plan.draws}. Lower batchSize.`,
      { batchSize, images: plan.draws },
    )
  }
  const state: LoaderState = {
    config: resolved,
    pool: undefined,
    size: undefined,
    cache: undefined,
    running: new Set(),
    closed: false,
  }
  const close = async () => {
    signal?.removeEventListener('abort', abort)
    state.closed = true
    for (const cancelled of state.running) Atomics.store(cancelled, 0, 1)
    await state.pool?.close()
  }
  const abort = () => void close().catch(() => undefined)
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort, { once: true })
  return {
    batchesPerEpoch,
    imagesPerEpoch: dropLast ? batchesPerEpoch * batchSize : plan.draws,
    epoch: (epoch, { startBatch = 0 } = {}) => {
      assertWhole('epoch', epoch, 0, 1e9)
      assertWhole('startBatch', startBatch, 0, batchesPerEpoch)
      return makeEpoch(state, { epoch, startBatch, endBatch: batchesPerEpoch, order: plan.order(epoch) })
    },
    close,
  }
}

/**
 * The batches of one epoch, with worker threads of its own that end with it.
 *
 * @throws DatasetError as `createBatchLoader` and `BatchLoader.epoch`
 * @example
 * for await (const batch of createBatches({ rows, imagesDir, height: 1024, width: 512, batchSize: 8, epoch: 0 })) use(batch)
 */
export async function* createBatches(
  config: BatchLoaderConfig & EpochOptions & { readonly epoch?: number },
): AsyncGenerator<Batch, void, undefined> {
  const { epoch = 0, startBatch = 0, ...rest } = config
  const loader = createBatchLoader(rest)
  try {
    yield* loader.epoch(epoch, { startBatch })
  } finally {
    await loader.close()
  }
}

interface LoaderState {
  readonly config: ResolvedBatchLoaderConfig
  pool: ImagePool | undefined
  /** Known once the first epoch starts. */
  size: ImageSize | undefined
  cache: DecodedCache | undefined
  /** The flags of the epochs that run: 1 tells the workers that nobody waits for their images. */
  readonly running: Set<Int32Array>
  closed: boolean
}

interface ImageSize {
  readonly height: number
  readonly width: number
}

interface EpochPlan {
  readonly epoch: number
  readonly startBatch: number
  readonly endBatch: number
  /** Row numbers, batch after batch. */
  readonly order: Int32Array
}

async function* makeEpoch(state: LoaderState, plan: EpochPlan): AsyncGenerator<Batch, void, undefined> {
  const { config } = state
  const cancelled = new Int32Array(new SharedArrayBuffer(4))
  const ahead: Promise<Batch>[] = []
  let next = plan.startBatch
  const fill = (limit: number) => {
    while (next < plan.endBatch && ahead.length < limit) {
      const batch = makeBatch(state, plan, next++, cancelled)
      batch.catch(() => undefined) // awaited in its turn; until then a failure is not an unhandled one
      ahead.push(batch)
    }
  }
  if (state.closed) throw aborted()
  state.size ??= await imageSize(config)
  state.cache ??= createCache(config.cacheBytes, state.size)
  state.running.add(cancelled)
  try {
    while (next < plan.endBatch || ahead.length > 0) {
      if (state.closed) throw aborted()
      fill(Math.max(1, config.prefetch))
      const batch = await ahead.shift()!
      if (state.closed) throw aborted()
      fill(config.prefetch)
      yield batch
    }
  } finally {
    Atomics.store(cancelled, 0, 1)
    state.running.delete(cancelled)
    await Promise.allSettled(ahead)
  }
}

async function makeBatch(state: LoaderState, plan: EpochPlan, index: number, cancelled: Int32Array): Promise<Batch> {
  const { rows, batchSize, seed, padLast, augmentation, mean, std, workers } = state.config
  const first = index * batchSize
  const drawn = Array.from(plan.order.subarray(first, first + batchSize), (row) => rows[row]!)
  const count = padLast ? batchSize : drawn.length
  const { height, width } = state.size!
  const pixels = height * width
  const images = new Float32Array(count * pixels)
  state.pool ??= createImagePool(workers)
  const { pool } = state
  const cache = state.cache!
  await Promise.all(
    drawn.map(async (row, slot) => {
      const path = pathOf(row, state.config)
      const decoded = cache.get(path)
      const result = await pool
        .load({
          path,
          height,
          width,
          ...(decoded ? { decoded } : {}),
          keepDecoded: cache.hasRoom(),
          augmentation,
          seed: streamSeed(seed, plan.epoch, first + slot),
          mean,
          std,
          cancelled,
        })
        .catch((error: unknown) => {
          throw state.closed ? aborted() : error
        })
      images.set(result.image, slot * pixels)
      if (result.decoded) cache.add(path, result.decoded)
    }),
  )
  return {
    index,
    images,
    targets: Float32Array.from({ length: count }, (_, slot) => drawn[slot]?.target ?? 0),
    shape: [count, height, width, 1],
    valid: drawn.length,
    imageIds: drawn.map(({ imageId }) => imageId),
    patientIds: drawn.map(({ patientId }) => patientId),
  }
}

interface DecodedCache {
  get(path: string): Uint16Array | undefined
  hasRoom(): boolean
  add(path: string, decoded: Uint16Array): void
}

/** Decoded images in shared memory, which workers read without a copy. What does not fit is read from its file each time. */
function createCache(maxBytes: number, { height, width }: ImageSize): DecodedCache {
  const images = new Map<string, Uint16Array>()
  const room = Math.floor(maxBytes / (2 * height * width))
  return {
    get: (path) => images.get(path),
    hasRoom: () => images.size < room,
    add: (path, decoded) => {
      if (images.size < room) images.set(path, decoded)
    },
  }
}

async function imageSize(config: ResolvedBatchLoaderConfig): Promise<ImageSize> {
  const { height, width, rows } = config
  if (height !== undefined && width !== undefined) return { height, width }
  const path = pathOf(rows[0]!, config)
  const image = await decode(path)
  if ('status' in image) throw imageFault(image, { path, height: height ?? 0, width: width ?? 0 })
  return { height: height ?? image.height, width: width ?? image.width }
}

function pathOf(row: BatchRow, { imagesDir }: ResolvedBatchLoaderConfig): string {
  return join(imagesDir, row.path ?? `${row.patientId}/${row.imageId}.png`)
}
