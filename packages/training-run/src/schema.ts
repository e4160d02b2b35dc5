/** The shapes of a run folder's files, without a file system. */
export { type Aggregation, aggregationSchema, bootstrapSchema, type Figure, figureSchema } from './schema/figure.ts'
export { type MetricsLine, metricsLineSchema } from './schema/metrics-line.ts'
export {
  type ImageIdentity,
  type Prediction,
  type PredictionSource,
  type Predictions,
  predictionRecordSchema,
  type Subset,
  subsetSchema,
} from './schema/prediction.ts'
export {
  type Augmentations,
  augmentationsSchema,
  type Combination,
  combinationSchema,
  type Ensemble,
  ensembleSchema,
  type RunConfig,
  runConfigSchema,
} from './schema/run-config.ts'
export { type Selection, selectionSchema } from './schema/selection.ts'
export { type SiteCalibration, siteCalibrationSchema } from './schema/site-calibration.ts'
export { type TestHistoryLine, testHistoryLineSchema } from './schema/test-history.ts'
export { type TestedSubset, type TestResult, testResultSchema } from './schema/test-result.ts'
export {
  initialState,
  type RunLogPosition,
  type TrainerState,
  trainerStateSchema,
  type ValidationMetrics,
  validationMetricsSchema,
} from './schema/trainer-state.ts'
