export { type CommandContext, CommandLineError, type Progress, plainProgress } from '@mammokit/command-line'
export type {
  CalibrateConfig,
  EnsembleConfig,
  ExplainConfig,
  ExportConfig,
  PredictConfig,
  ReportConfig,
  SelectConfig,
  SubmitConfig,
  TestConfig,
} from './config.ts'
export { ensemble } from './ensemble/ensemble.ts'
export { EvaluatorError, type EvaluatorErrorCode } from './evaluator-error.ts'
export { explain } from './explain/explain.ts'
export type { ExplainResult } from './explain/explain-result.ts'
export { type ExportResult, exportRun } from './export/export.ts'
export { type PredictSummary, predict } from './predict/predict.ts'
export { predictStudy, type StudyPrediction } from './predict/predict-study.ts'
export { report } from './report/report.ts'
export { select } from './select/select.ts'
export { serve } from './serve/serve.ts'
export type { ServeConfig } from './serve-config.ts'
export { type CalibrateResult, calibrate } from './site/calibrate.ts'
export { type Submission, submit } from './submit/submit.ts'
export { fitMetadataModel, type KnownBefore, type MetadataModel } from './test/metadata-model.ts'
export { test } from './test/test.ts'
