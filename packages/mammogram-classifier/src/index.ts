export {
  type BreastNetwork,
  createBreastNetwork,
  type NetworkConfig,
  type NetworkLoadOptions,
} from './breast/breast-network.ts'
export { type Fusion, fuseViews, groupByBreast, type ViewOutput } from './breast/fuse-views.ts'
export {
  type Classifier,
  type ClassifierConfig,
  type ClassifierImage,
  type ClassifierOptions,
  type Explanation,
  openClassifier,
} from './classifier.ts'
export {
  type CombineOptions,
  type ExportedNetwork,
  type ExportOptions,
  exportEnsemble,
  exportedMap,
  exportOnnx,
} from './export/export-onnx.ts'
export { type ActivationMap, type CellGrid, cellGrid } from './heatmap/activation-map.ts'
export { type MapOptions, resolveMapOptions } from './heatmap/class-activation.ts'
export { clipToBreast } from './heatmap/clip-to-breast.ts'
export { drawOverlay, heatLayer, heatMask, type OverlayImage, type OverlayOptions } from './heatmap/draw-overlay.ts'
export { type FrameSize, type MapPlacement, mapInFrame, wholeImage } from './heatmap/map-in-frame.ts'
export { type MapMethod, mapMethods } from './heatmap/map-methods.ts'
export { demonstrationModelPath } from './model/demonstration-model.ts'
export type { Model, PendingModel } from './model/model.ts'
export type { BreastDecision, ModelDescription } from './model/model-description.ts'
export { type OpenModelOptions, openModel, readModel } from './model/open-model.ts'
export { readCalibrationOf } from './model/site-model.ts'
export { loadNetworks } from './networks/load-networks.ts'
export { type Normalization, normalizeImage } from './normalize-image.ts'
export { openRunClassifier, type RunClassifier, type RunClassifierOptions } from './open-run.ts'
export * from './selection.ts'
export { passesOf, withAugmentations } from './test-time-augmentation.ts'
