export { type CommandContext, CommandLineError, type Progress, plainProgress } from '@mammokit/command-line'
export type { PredictConfig, ReportConfig, SelectConfig, TestConfig } from './config.ts'
export { EvaluatorError, type EvaluatorErrorCode } from './evaluator-error.ts'
export { type PredictSummary, predict } from './predict/predict.ts'
export { type DicomPrediction, predictDicom } from './predict/predict-dicom.ts'
export { report } from './report/report.ts'
export { select } from './select/select.ts'

export { test } from './test/test.ts'
