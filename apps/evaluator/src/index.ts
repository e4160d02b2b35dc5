export { type CommandContext, CommandLineError, type Progress, plainProgress } from '@mammokit/command-line'
export type { PredictConfig, ReportConfig, SelectConfig, TestConfig } from './config.ts'
export { type PredictSummary, predict } from './predict.ts'
export { type DicomPrediction, predictDicom } from './predict-dicom.ts'
export { report } from './report.ts'
export { select } from './select.ts'
export { CommandError } from './terminal/command-error.ts'

export { test } from './test.ts'
