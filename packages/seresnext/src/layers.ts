/** The entry `@mammokit/seresnext/layers`: the network as a tfjs LayersModel, and its layers for models of one's own. */
export { GroupedConv2D, type GroupedConv2DArgs } from './layers/grouped-conv2d.ts'
export type { ImageLayerArgs } from './layers/image-layer.ts'
export { createLayersModel, type LayersModelOptions, registerLayers } from './layers/layers-model.ts'
export { layersState, loadLayersState } from './layers/layers-state.ts'
export {
  AveragePlaces2D,
  type AveragePlaces2DArgs,
  HighestMean2D,
  type HighestMean2DArgs,
  LocalContrast2D,
  type LocalContrast2DArgs,
} from './layers/places.ts'
export {
  BlurPool2D,
  DropPath,
  type DropPathArgs,
  GlobalGeneralizedMean2D,
  MaxPool3x3,
  type MaxPool3x3Args,
} from './layers/pools.ts'
export { RunningBatchNorm, type RunningBatchNormArgs } from './layers/running-batch-norm.ts'
export { SqueezeExcite, type SqueezeExciteArgs } from './layers/squeeze-excite.ts'
