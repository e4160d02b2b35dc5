export type { SplitPlace, Subset } from '@mammokit/data-split'
export { type DataPaths, dataPaths, processedFile } from './data-paths.ts'
export { type ListImagesOptions, listImages } from './images/list-images.ts'
export { readScreeningRows } from './images/read-screening-rows.ts'
export { safeNames } from './images/safe-names.ts'
export type { SourceImage } from './images/source-image.ts'
export { describeLeftOut, type LeftOutRow } from './left-out.ts'
export {
  formatManifestLine,
  type ImagePlacement,
  type ManifestRow,
  parseManifestLine,
  readManifest,
  sourceHashes,
  writeManifest,
} from './manifest/manifest.ts'
export {
  type ProcessedRow,
  type ProcessedRows,
  type ProcessedRowsOptions,
  readProcessedRows,
} from './read-processed-rows.ts'
export { assertIdsUnmangled, type IdRow } from './rows/mangled-ids.ts'
export {
  formatTrainCsv,
  parseTrainCsv,
  readTestCsv,
  readTrainCsv,
  type ScreeningRow,
  type UnlabeledRow,
} from './rows/train-csv.ts'
export { ScreeningDataError, type ScreeningDataErrorCode } from './screening-data-error.ts'
export { assertBothClasses, type ClassCounts, describeMissingClass } from './splits/assert-both-classes.ts'
export { assertDisjointSubsets, type DisjointOptions, type PlacedRow } from './splits/assert-disjoint-subsets.ts'
export { type PatientRow, type SplitRowsOptions, type Stratifier, splitRows } from './splits/split-rows.ts'
export { formatSplitsCsv, parseSplitsCsv, readSplitsCsv, type SplitRow, writeSplitsCsv } from './splits/splits-csv.ts'
export { type CountedRow, type SubsetSummary, summarizeSubsets } from './splits/summarize-subsets.ts'
