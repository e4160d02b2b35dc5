export type { SplitPlace, Subset } from '@mammokit/data-split'
export type { DataSetLayout } from './adapters/adapter.ts'
export {
  type Adjustments,
  type CorrectedCount,
  describeAdjustments,
  type ExcludedCount,
} from './adjustments/adjustments.ts'
export { ownId } from './combine-folders.ts'
export { type DataPaths, dataPaths, processedFile } from './data-paths.ts'
export {
  type DataSet,
  type DataSetImage,
  type DataSetProblem,
  type DataSetProblemCode,
  dataSetImage,
  type ImageFormat,
  type Lesion,
} from './data-set/data-set-image.ts'
export { readImagesCsv, writeImagesCsv } from './data-set/images-csv.ts'
export { writeProblemsCsv } from './data-set/problems-csv.ts'
export { safeNames } from './data-set/safe-names.ts'
export { type ListImagesOptions, listImages } from './images/list-images.ts'
export { type DataFolder, type DataFolderOptions, readDataFolder } from './images/read-data-folder.ts'
export { dataSetLayouts, dataSetNames, type ReadDataSetOptions, readDataSet } from './images/read-data-set.ts'
export { readScreeningRows } from './images/read-screening-rows.ts'
export { type ScreeningRows, screeningRows } from './images/screening-rows.ts'
export type { SourceImage } from './images/source-image.ts'
export { describeLeftOut, type LeftOutImage, type LeftOutReason, type LeftOutRow } from './left-out.ts'
export type { JoinOptions, MadeImage } from './manifest/join-manifest.ts'
export {
  formatManifestLine,
  type ImagePlacement,
  type ManifestRow,
  parseManifestLine,
  readManifest,
  type SourceState,
  sourceHashes,
  writeManifest,
} from './manifest/manifest.ts'
export type { ProcessedRow } from './processed-row.ts'
export { readLesions } from './read-lesions.ts'
export {
  type OpenProcessedRows,
  openProcessedRows,
  type ProcessedFolderOptions,
  type ProcessedRows,
  type ProcessedRowsOptions,
  type ProcessedSubsetOptions,
  readProcessedRows,
} from './read-processed-rows.ts'
export { type ProcessedTestRow, readTestRows, type TestRow, type TestRows } from './read-test-rows.ts'
export { readUnsplitRows, type UnsplitRows } from './read-unsplit-rows.ts'
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
export { type PublishedOverlap, publishedOverlaps } from './splits/published-split.ts'
export { type PatientRow, type SplitRowsOptions, type Stratifier, splitRows } from './splits/split-rows.ts'
export { formatSplitsCsv, parseSplitsCsv, readSplitsCsv, type SplitRow, writeSplitsCsv } from './splits/splits-csv.ts'
export { type CountedRow, type SubsetSummary, summarizeSubsets } from './splits/summarize-subsets.ts'
export type { ColumnCounts, GroupCount } from './validation/count-groups.ts'
export type { FileContent } from './validation/file-findings.ts'
export type { Finding, FindingCode, FindingSeverity } from './validation/finding.ts'
export { type Validation, type ValidationOptions, validateDataSet } from './validation/validate-data-set.ts'
