export { assertDisjoint, type DisjointOptions, findLeaks, type Leak, type SubsetRow } from './assert-disjoint.ts'
export { DataSplitError, type DataSplitErrorCode, type DataSplitErrorDetails } from './data-split-error.ts'
export type { Group } from './group-index.ts'
export { type GroupShuffleSplitOptions, groupShuffleSplit, type IndexSplit } from './group-shuffle-split.ts'
export {
  type PatientRow,
  type ReferenceSplitOptions,
  referenceSplit,
  type SplitOptions,
  type SplitPlace,
  type Stratifier,
  type SubmissionSplitOptions,
  type Subset,
  submissionSplit,
} from './reference-split.ts'
export { formatSplitsCsv, parseSplitsCsv, readSplitsCsv, type SplitRow, writeSplitsCsv } from './splits-csv.ts'
export { type StratifiedGroupKFoldOptions, stratifiedGroupKFold } from './stratified-group-k-fold.ts'
export { type StratifiedGroupSplitOptions, stratifiedGroupSplit } from './stratified-group-split.ts'
export { parseTrainCsv, readTestCsv, readTrainCsv, type TestRow, type TrainRow } from './train-csv.ts'
