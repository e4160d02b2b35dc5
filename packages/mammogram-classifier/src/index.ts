export {
  type Classifier,
  type ClassifierConfig,
  type ClassifierImage,
  type ClassifierOptions,
  openClassifier,
} from './classifier.ts'
export { ClassifierError, type ClassifierErrorCode } from './classifier-error.ts'
export { type BreastOptions, classifyBreasts } from './classify-breasts.ts'
export { type ExportOptions, exportOnnx } from './export/export-onnx.ts'
export { logOdds, sigmoid } from './log-odds.ts'
export { type Normalization, normalizeImage } from './normalize-image.ts'
export { openRunClassifier, type RunClassifier, type RunClassifierOptions } from './open-run.ts'
export {
  bestOf,
  type Candidate,
  type CandidateOptions,
  decisionOf,
  toCandidate,
} from './selection/candidates.ts'
export { type ReadRows, readVerifiedSelection, type VerifiedSelection } from './selection/verify-selection.ts'
