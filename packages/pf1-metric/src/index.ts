export {
  type AggregateOptions,
  type AggregationMethod,
  aggregateByBreast,
  type BreastPrediction,
  type ImagePrediction,
} from './aggregate-by-breast.ts'
export {
  type BootstrapOptions,
  bootstrapInterval,
  bootstrapIntervals,
  bootstrapSteps,
  type Interval,
} from './bootstrap-interval.ts'
export { brierScore } from './brier-score.ts'
export { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.ts'
export {
  type CalibrationBin,
  type CalibrationBinOptions,
  calibrationBins,
  expectedCalibrationError,
} from './expected-calibration-error.ts'
export { type IsotonicRegression, isotonicRegression } from './isotonic-regression.ts'
export { MetricError, type MetricErrorCode } from './metric-error.ts'
export { type PfBetaOptions, pfBeta } from './pf-beta.ts'
export { averagePrecision, type PrecisionRecallCurve, precisionRecallCurve } from './precision-recall.ts'
export { type OperatingPoint, type RocCurve, rocAuc, rocCurve, sensitivityAtSpecificity } from './roc.ts'
export { type SweepOptions, sweepThresholds, type ThresholdSweep } from './sweep-thresholds.ts'
export { type TemperatureScaling, temperatureScaling } from './temperature-scaling.ts'
