import type { PreprocessOptions } from '@mammokit/mammogram-preprocess'
import type { Adjustments } from '@mammokit/screening-data'
import { DatasetError } from '../dataset-error.ts'
import type { ExtractionProgress } from './extraction-progress.ts'
import type { HeaderScan } from './scan-headers.ts'
import type { Shard } from './shard.ts'

/** Configuration of `extractRois`. */
export interface ExtractionConfig {
  /** Folder with `raw/train.csv` and `raw/train_images`, or `raw/images.csv`, the same without `raw`, or any folder of images. */
  readonly dataDir: string
  /** Layout of a published data set in `dataDir/raw` or `dataDir`, as screening-data names it. @default train.csv, images.csv, or any folder */
  readonly from?: string | null
  /** Gets `images/<patient>/<image>.png` and `manifest.csv`. @default `<dataDir>/processed` */
  readonly outputDir?: string
  readonly options?: PreprocessOptions
  /** Worker threads, 1 to 64. @default the number of cores */
  readonly workers?: number
  /** This part of the images only, chosen by a hash of their ids; index 0 to count - 1. The manifest's name says which. */
  readonly shard?: Shard
  /** Make images again that were made with other options, instead of refusing. @default false */
  readonly redo?: boolean
  /** Throw at the end, after the manifest is written, where an image failed. @default false */
  readonly strict?: boolean
  /** Whether the manifest says how long each image took; without, equal files of equal times give equal bytes. @default true */
  readonly recordSeconds?: boolean
  /** Files that a worker takes at a time, 1 to 64; their detections are one batch. Changes no byte. @default 4 */
  readonly detectionBatch?: number
  /** Longest time for one file, seconds. @default 300 */
  readonly timeoutSeconds?: number
  /** Does all that writes to `outputDir`, once the images are listed; for example under a lock. @default does it at once */
  readonly guard?: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Ends the run after the images that are being made; started again it continues. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ExtractionProgress) => void
  /**
   * Asks for all headers to be read before the first image is written, about a second for 1,000 files; the last call says which files may
   * still identify their patient.
   */
  readonly onHeaders?: (scan: HeaderScan) => void
  /** Told of each file that is hashed because its modification time is not the one with which its image was made. */
  readonly onCompare?: (progress: { readonly total: number; readonly done: number }) => void
  /** Told once of what exclusions.csv and corrections.csv left out and corrected. */
  readonly onAdjustments?: (adjustments: Adjustments) => void
}

/** @throws DatasetError `invalid-options` */
export function checkedCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 64) return value
  throw new DatasetError(
    'invalid-options',
    `Expected an integer from 1 to 64 for ${name} but received ${value}. Choose a value in that range.`,
    { [name]: value },
  )
}
