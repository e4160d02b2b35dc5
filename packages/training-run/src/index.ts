export type { Checkpoint, NamedTensors } from './checkpoints/checkpoint.ts'
export { type EpochWeights, readEpochWeights } from './checkpoints/epoch-weights.ts'
export { listEpochs } from './checkpoints/list-epochs.ts'
export { pruneEpochs } from './checkpoints/prune-epochs.ts'
export {
  findStepCheckpoint,
  type LastStepCheckpoint,
  type StepCheckpoint,
  saveStepCheckpoint,
} from './checkpoints/step-checkpoints.ts'
export { assertSamePreprocessing, readRunConfig } from './config/run-config.ts'
export { listFolds } from './list-folds.ts'
export {
  evaluationLock,
  type FolderLock,
  type FolderLockOptions,
  lockFolder,
  withFolderLock,
} from './lock/lock-folder.ts'
export { readMetrics } from './log/metrics.ts'
export type { RunLog } from './log/run-log.ts'
export { openWandbRun, type WandbRun } from './log/wandb-run.ts'
export { nextRun } from './next-run.ts'
export { type OpenRun, type OpenRunOptions, openRun } from './open-run.ts'
export { type MapSource, readMaps, type StoredMap, type StoredMaps, writeMaps } from './results/maps-file.ts'
export { hashRows } from './results/prediction-rows.ts'
export { hashPredictions, readPredictions, writePredictions } from './results/predictions-file.ts'
export { readSelection, selectionContentSha256, writeSelection } from './results/selection-file.ts'
export { readSiteCalibration, writeSiteCalibration } from './results/site-calibration-file.ts'
export { hashSources, type SourceRow } from './results/source-rows.ts'
export { readTestResult, writeTestResult } from './results/test-file.ts'
export { readTestHistory } from './results/test-history.ts'
export { type ExpectedPredictions, readVerifiedPredictions } from './results/verified-predictions.ts'
export { epochName, foldRun, type RunPaths, runPaths } from './run-paths.ts'
export * from './schema.ts'
export { TrainingRunError, type TrainingRunErrorCode } from './training-run-error.ts'
