export {
  type AggregateOptions,
  type AggregationMethod,
  aggregateBreasts,
  aggregateByBreast,
  type BreastGroups,
  type BreastImage,
  type BreastPrediction,
  groupByBreast,
  type ImagePrediction,
} from './aggregate-by-breast.ts'
export {
  type LogisticRegression,
  type LogisticRegressionOptions,
  logisticRegression,
} from './baselines/logistic-regression.ts'
export { type StratifiedRocAuc, stratifiedRocAuc } from './baselines/stratified-roc-auc.ts'
export {
  type BootstrapOptions,
  bootstrapInterval,
  bootstrapIntervals,
  bootstrapSteps,
  type Interval,
} from './bootstrap-interval.ts'
export { brierScore } from './brier-score.ts'
export { type Calibration, type CalibrationMethod, calibrate, fitCalibration } from './calibration/calibration.ts'
export { type CalibrationLine, calibrationLine } from './calibration/calibration-line.ts'
export { type CalibrationNoiseOptions, calibrationNoise } from './calibration/calibration-noise.ts'
export { type CalibrationChoice, chooseCalibration } from './calibration/choose-calibration.ts'
export {
  type CalibrationBin,
  type CalibrationBinOptions,
  calibrationBins,
  expectedCalibrationError,
} from './calibration/expected-calibration-error.ts'
export type { HeldOutOptions } from './calibration/held-out-loss.ts'
export { type IsotonicRegression, isotonicRegression } from './calibration/isotonic-regression.ts'
export { type PlattScaling, plattScaling } from './calibration/platt-scaling.ts'
export { type TemperatureScaling, temperatureScaling } from './calibration/temperature-scaling.ts'
export {
  type CalibrationUpdate,
  type CalibrationUpdateMethod,
  shiftCalibration,
  updateCalibration,
} from './calibration/update-calibration.ts'
export { type ChosenThreshold, chooseThreshold, type ThresholdRule } from './choose-threshold.ts'
export { type ComparedFigures, compareFigures } from './compare-figures.ts'
export { type DeLongTest, type DeLongVariance, deLongTest, deLongVariance } from './comparisons/delong-test.ts'
export { holm } from './comparisons/holm.ts'
export {
  type PermutationOptions,
  type PermutationTest,
  pairedPermutationTest,
} from './comparisons/paired-permutation-test.ts'
export { type PartialRocAuc, partialRocAuc } from './comparisons/partial-roc-auc.ts'
export { type SubgroupTestOptions, type SubgroupUnit, subgroupTest } from './comparisons/subgroup-test.ts'
export { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.ts'
export {
  type CurvePoint,
  operatingPoint,
  type ProbabilityBin,
  probabilityBins,
  simplifyCurve,
} from './curve-points.ts'
export { type Figure, undefinedFigure } from './figure.ts'
export {
  type BreastSample,
  type BreastStatistic,
  type FigureOptions,
  figureOf,
  figuresOf,
  probabilitiesOf,
  targetsOf,
} from './figures.ts'
export { type EffectiveCounts, effectiveCounts } from './intervals/effective-counts.ts'
export { f1Differences } from './intervals/f1-differences.ts'
export { f1Interval } from './intervals/f1-interval.ts'
export { logLossInterval } from './intervals/log-loss-interval.ts'
export { tQuantile } from './intervals/quantiles.ts'
export { averagePrecisionInterval, brierInterval, pf1Interval } from './intervals/ratio-intervals.ts'
export { rocAucDifference } from './intervals/roc-auc-difference.ts'
export { rocAucInterval } from './intervals/roc-auc-interval.ts'
export { type ResampledIntervalOptions, sensitivityAtSpecificityInterval } from './intervals/sensitivity-interval.ts'
export { type Bounds, type ConfidenceOptions, clopperPearson, wilson } from './intervals/share-intervals.ts'
export { logLoss } from './log-loss.ts'
export { logOdds, sigmoid } from './log-odds.ts'
export { MetricError, type MetricErrorCode } from './metric-error.ts'
export { type NetBenefit, netBenefit } from './net-benefit.ts'
export { type PfBetaOptions, pfBeta } from './pf-beta.ts'
export { averagePrecision, type PrecisionRecallCurve, precisionRecallCurve } from './precision-recall.ts'
export { type PredictiveValues, predictiveValuesAt, shiftPrevalence } from './prevalence.ts'
export { type GroupNumbers, type Groups, numberGroups } from './ranking.ts'
export { type OperatingPoint, type RocCurve, rocAuc, rocCurve, sensitivityAtSpecificity } from './roc.ts'
export { chosenThreshold, pf1AtThreshold, statisticsAt } from './statistics.ts'
export {
  type Subgroup,
  type SubgroupFigures,
  subgrouper,
  subgroupFigures,
  subgroupsBy,
  subgroupUnits,
  unknownValue,
} from './subgroups.ts'
export { type SweepOptions, sweepThresholds, type ThresholdSweep } from './sweep-thresholds.ts'
