export { assertImagesPresent } from './batches/assert-images-present.ts'
export type { BatchImage, BatchLoaderConfig, BatchRow } from './batches/batch-config.ts'
export {
  type BatchLoader,
  createBatches,
  createBatchLoader,
  type EpochOptions,
} from './batches/batch-loader.ts'
export type { Batch } from './batches/make-batch.ts'
export {
  type LesionRow,
  type PatchLesion,
  type PatchRowOptions,
  type PatchRows,
  patchRows,
} from './batches/patch-rows.ts'
export { readImageBytes } from './batches/read-image-bytes.ts'
export { readProcessedImage } from './batches/read-processed-image.ts'
export type { Sampling } from './batches/sampling.ts'
export { type CheckContentsOptions, checkContents } from './check/check-contents.ts'
export type { ContactSheetCounts } from './contact-sheet/choose-rows.ts'
export { type ContactSheetConfig, writeContactSheet } from './contact-sheet/write-contact-sheet.ts'
export { DatasetError, type DatasetErrorCode } from './dataset-error.ts'
export { type DetectionSample, readDetectionSet } from './detection/read-detection-set.ts'
export { extractRois } from './extract/extract-rois.ts'
export type { ExtractionConfig } from './extract/extraction-config.ts'
export type { ExtractionProgress, ExtractionSummary, WarningCount } from './extract/extraction-progress.ts'
export { type MergeOptions, mergeShards, shardFilesOfOtherCounts } from './extract/merge-shards.ts'
export type { HeaderScan } from './extract/scan-headers.ts'
export { type Shard, shardFromEnvironment } from './extract/shard.ts'
export type { PatchPlace } from './patches/cut-patch.ts'
export { type LesionBox, lesionInImage } from './patches/lesion-in-image.ts'
