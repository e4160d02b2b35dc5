/** What a batch loader is told, with its defaults and checks. */
import { availableParallelism } from 'node:os'
import {
  type AugmentationOptions,
  assertAugmentationOptions,
  level1,
  level2,
  level3,
  none,
} from '@mammokit/augmentation'
import { DatasetError } from '../dataset-error.ts'
import type { PatchPlace } from '../patches/cut-patch.ts'
import type { Sampling } from './sampling.ts'

/** A processed image on the disk. */
export interface BatchImage {
  readonly imageId: string
  /** Path of the processed image. */
  readonly file: string
  /** SHA-256 that the file must have, hexadecimal: checked when it is first read. @default not checked */
  readonly sha256?: string
}

/** A labeled image for training or validation. */
export interface BatchRow extends BatchImage {
  readonly patientId: string
  /** 0 or 1 (or a probability). */
  readonly target: number
  /**
   * In place of the row's own image several, one in each place: for each place those of which one is drawn, anew in every epoch. All rows
   * have as many places. @default the row's own image
   */
  readonly places?: readonly (readonly BatchImage[])[]
  /** A patch of the image in place of all of it; all rows have one, or none, and `patchSize` says how large. @default the whole image */
  readonly patch?: PatchPlace
  /** Other numbers to pass on with the image, as many in every row. @default none */
  readonly labels?: readonly number[]
}

/** Configuration of `createBatchLoader`. */
export interface BatchLoaderConfig {
  readonly rows: readonly BatchRow[]
  /** Pixels; every file must have this size. @default that of the first image */
  readonly height?: number
  /** Pixels. @default that of the first image */
  readonly width?: number
  readonly batchSize: number
  /** Side of the patches of rows that have `patch`, an even number of pixels. @default rows have none */
  readonly patchSize?: number
  /** @default 13 */
  readonly seed?: number
  /** @default 'shuffle' */
  readonly sampling?: Sampling
  /** A preset's name or options of the package augmentation. @default 'none' */
  readonly augmentation?: 'none' | 'level1' | 'level2' | 'level3' | AugmentationOptions
  /** Of the network's weights, over values 0 to 1. @default 0.449, ImageNet's mean over its channels */
  readonly mean?: number
  /** @default 0.226, ImageNet's over its channels */
  readonly std?: number
  /** Leave out the images that do not fill a batch. @default false: the last batch is smaller */
  readonly dropLast?: boolean
  /** Fill the last batch with zeros, for a step of fixed shape; `valid` says how many are images. @default false */
  readonly padLast?: boolean
  /** Worker threads, 1 to 64. @default the number of cores */
  readonly workers?: number
  /**
   * Makes only a part of each batch, for one of several processes that train together: `batchSize` / `count` rows from row `index` times that.
   * Each image is what it is in the whole batch. @default the whole batch
   */
  readonly share?: { readonly index: number; readonly count: number }
  /** Batches that are made ahead of the one in use, 0 to 64. @default 2 */
  readonly prefetch?: number
  /** Keep decoded images in memory, all that fit in `maxBytes` (2 bytes a pixel). @default false; true is 2 GiB */
  readonly cache?: boolean | { readonly maxBytes: number }
  /** Ends the epoch that runs and the worker threads. */
  readonly signal?: AbortSignal
}

export interface ResolvedBatchLoaderConfig
  extends Required<Omit<BatchLoaderConfig, 'signal' | 'cache' | 'augmentation' | 'height' | 'width' | 'patchSize'>> {
  readonly patchSize: number | undefined
  readonly height: number | undefined
  readonly width: number | undefined
  readonly augmentation: AugmentationOptions
  readonly cacheBytes: number
  readonly signal: AbortSignal | undefined
}

const presets: Readonly<Record<string, AugmentationOptions>> = { none, level1, level2, level3 }
const twoGibibytes = 2 * 1024 ** 3

/** @throws DatasetError `invalid-options`; AugmentationError */
export function resolveBatchLoaderConfig(config: BatchLoaderConfig): ResolvedBatchLoaderConfig {
  const { cache = false, signal, augmentation = 'none', height, width, patchSize, ...rest } = config
  const resolved = {
    seed: 13,
    sampling: 'shuffle' as const,
    mean: 0.449,
    std: 0.226,
    dropLast: false,
    padLast: false,
    workers: Math.min(64, availableParallelism()),
    prefetch: 2,
    share: { index: 0, count: 1 },
    ...rest,
    patchSize,
    height,
    width,
    augmentation: typeof augmentation === 'string' ? preset(augmentation) : augmentation,
    signal,
    cacheBytes: typeof cache === 'object' ? cache.maxBytes : cache ? twoGibibytes : 0,
  }
  assertAugmentationOptions(resolved.augmentation)
  assertWhole('height', height ?? 1, 1, 65_535)
  assertWhole('width', width ?? 1, 1, 65_535)
  assertWhole('batchSize', resolved.batchSize, 1, 65_536)
  assertWhole('workers', resolved.workers, 1, 64)
  assertWhole('prefetch', resolved.prefetch, 0, 64)
  assertWhole('seed', resolved.seed, 0, Number.MAX_SAFE_INTEGER)
  const { index, count } = resolved.share
  assertWhole('share.count', count, 1, 65_536)
  assertWhole('share.index', index, 0, count - 1)
  if (resolved.batchSize % count !== 0)
    throw invalid('batchSize', `a multiple of share.count, ${count},`, resolved.batchSize)
  if (!Number.isFinite(resolved.mean)) throw invalid('mean', 'a number', resolved.mean)
  if (!(resolved.std > 0)) throw invalid('std', 'a number above 0', resolved.std)
  if (!(resolved.cacheBytes >= 0)) throw invalid('cache.maxBytes', 'a number of bytes, 0 or more,', resolved.cacheBytes)
  if (resolved.dropLast && resolved.padLast) throw invalid('padLast', 'false beside dropLast', true)
  if (resolved.rows.length === 0) throw invalid('rows', 'at least one row', 'none')
  const wrong = resolved.rows.find(({ target }) => !(target >= 0 && target <= 1))
  if (wrong) throw invalid(`target of image ${wrong.imageId}`, 'a number from 0 to 1', wrong.target)
  const places = resolved.rows[0]?.places?.length
  const odd = resolved.rows.find(
    (row) => row.places?.length !== places || row.places?.some((some) => some.length === 0),
  )
  if (odd) {
    const expected = `${places ?? 'no'} places with images, as in the first row,`
    throw invalid(`places of image ${odd.imageId}`, expected, odd.places?.map((some) => some.length).join(' and '))
  }
  assertPatches(resolved.rows, patchSize)
  const labels = resolved.rows[0]?.labels?.length ?? 0
  const uneven = resolved.rows.find((row) => (row.labels?.length ?? 0) !== labels)
  if (uneven) {
    throw invalid(
      `labels of image ${uneven.imageId}`,
      `${labels} numbers, as in the first row,`,
      uneven.labels?.length ?? 0,
    )
  }
  return resolved
}

function assertPatches(rows: readonly BatchRow[], patchSize: number | undefined): void {
  if (patchSize !== undefined && !(Number.isInteger(patchSize) && patchSize >= 2 && patchSize % 2 === 0))
    throw invalid('patchSize', 'an even number of pixels', patchSize)
  const wrong = rows.find(
    ({ patch, places }) => (patch !== undefined) !== (patchSize !== undefined) || (patch && places),
  )
  if (wrong === undefined) return
  const expected = patchSize === undefined ? 'none without patchSize' : 'one, and no places, beside patchSize'
  throw invalid(`patch of image ${wrong.imageId}`, expected, wrong.patch === undefined ? 'none' : 'a patch')
}

export function assertWhole(name: string, value: number, min: number, max: number): void {
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    throw invalid(name, `a whole number from ${min} to ${max}`, value)
  }
}

function preset(name: string): AugmentationOptions {
  const options = presets[name]
  if (!options) throw invalid('augmentation', Object.keys(presets).join(', '), name)
  return options
}

function invalid(name: string, expected: string, received: unknown): DatasetError {
  const message = `Expected ${expected} for ${name} but received ${String(received)}. Correct the configuration.`
  return new DatasetError('invalid-options', message, { name, received })
}
