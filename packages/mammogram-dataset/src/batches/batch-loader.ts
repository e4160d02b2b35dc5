/** Batches for training and evaluation: decoded, augmented and normalized by worker threads ahead of their use. */
import { DatasetError } from '../dataset-error.ts'
import {
  assertWhole,
  type BatchLoaderConfig,
  type ResolvedBatchLoaderConfig,
  resolveBatchLoaderConfig,
} from './batch-config.ts'
import { createDecodedCache } from './decoded-cache.ts'
import { aborted, imageFault } from './image-fault.ts'
import { createImagePool } from './image-pool.ts'
import { decode } from './image-task.ts'
import { type Batch, type BatchSource, makeBatch } from './make-batch.ts'
import { planSampling } from './sampling.ts'

/** Where in an epoch its batches begin. */
export interface EpochOptions {
  /** First batch to make: a resumed run goes on where it was. @default 0 */
  readonly startBatch?: number
}

/** Batches of epochs, decoded and augmented by worker threads. */
export interface BatchLoader {
  readonly batchesPerEpoch: number
  /** Draws of an epoch; with sampling weights more than there are rows. */
  readonly imagesPerEpoch: number
  /**
   * The batches of epoch `epoch`, from 0; each is a function of (seed, epoch, index) alone, whatever the workers.
   *
   * @throws DatasetError `image-missing`, `image-unreadable`, `image-altered`, `image-size` (they name the file), `aborted`
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
 * const loader = createBatchLoader({ rows, height: 1024, width: 512, batchSize: 8 })
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
  const state: LoaderState = { config: resolved, source: undefined, running: new Set(), closed: false }
  const close = async () => {
    signal?.removeEventListener('abort', abort)
    state.closed = true
    for (const canceled of state.running) Atomics.store(canceled, 0, 1)
    await state.source?.pool.close()
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
 * for await (const batch of createBatches({ rows, height: 1024, width: 512, batchSize: 8, epoch: 0 })) use(batch)
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
  /** Known once the first epoch starts. */
  source: BatchSource | undefined
  /** The flags of the epochs that run: 1 tells the workers that nobody waits for their images. */
  readonly running: Set<Int32Array>
  closed: boolean
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
  if (state.closed) throw aborted()
  const size = state.source?.size ?? (await imageSize(config))
  if (state.closed) throw aborted()
  state.source ??= {
    config,
    size,
    pool: createImagePool(config.workers),
    cache: createDecodedCache(config.cacheBytes, size),
    checked: new Set(),
  }
  const { source } = state
  const { epoch, order } = plan
  const canceled = new Int32Array(new SharedArrayBuffer(4))
  const ahead: Promise<Batch>[] = []
  let next = plan.startBatch
  const fill = (limit: number) => {
    while (next < plan.endBatch && ahead.length < limit) {
      const batch = makeBatch(source, { epoch, index: next++, order, canceled })
      batch.catch(() => undefined) // awaited in its turn; until then a failure is not an unhandled one
      ahead.push(batch)
    }
  }
  state.running.add(canceled)
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
    Atomics.store(canceled, 0, 1)
    state.running.delete(canceled)
    await Promise.allSettled(ahead)
  }
}

async function imageSize(config: ResolvedBatchLoaderConfig): Promise<BatchSource['size']> {
  const { height, width, rows } = config
  if (height !== undefined && width !== undefined) return { height, width }
  const { file: path, sha256 } = rows[0]!
  const image = await decode(path, sha256)
  if ('status' in image) throw imageFault(image, { path, height: height ?? 0, width: width ?? 0 })
  return { height: height ?? image.height, width: width ?? image.width }
}
