export {
  type Classifier,
  type ClassifierConfig,
  type ClassifierImage,
  type ClassifierOptions,
  openClassifier,
} from './classifier.ts'
export { type ExportOptions, exportOnnx } from './export/export-onnx.ts'
export { type Normalization, normalizeImage } from './normalize-image.ts'
export { openRunClassifier, type RunClassifier, type RunClassifierOptions } from './open-run.ts'
export * from './selection.ts'
