export { assertDisjoint, findLeaks, type Leak } from './assert-disjoint.ts'
export { DataSplitError, type DataSplitErrorCode } from './data-split-error.ts'
export type { Group } from './group-index.ts'
export { type GroupShuffleSplitOptions, groupShuffleSplit, type IndexSplit } from './group-shuffle-split.ts'
export { linkGroups } from './link-groups.ts'
export {
  type ReferenceSplitOptions,
  referenceSplit,
  type SplitPlace,
  type SubmissionSplitOptions,
  type Subset,
  submissionSplit,
} from './reference-split.ts'
export { type StratifiedGroupKFoldOptions, stratifiedGroupKFold } from './stratified-group-k-fold.ts'
export { type StratifiedGroupSplitOptions, stratifiedGroupSplit } from './stratified-group-split.ts'
