export { foldToGray, type GrayNormalization } from './fold-to-gray.ts'
export type { HubOptions } from './hub/environment.ts'
export {
  type FetchedWeights,
  type FetchWeightsOptions,
  fetchWeights,
  type TransferProgress,
} from './hub/fetch-weights.ts'
export { type LoadedModel, type LoadPretrainedOptions, loadPretrained } from './load-pretrained.ts'
export { PretrainedWeightsError, type PretrainedWeightsErrorCode } from './pretrained-weights-error.ts'
export { type PretrainedWeights, readPretrained } from './read-pretrained.ts'
export type { WeightsConfig } from './weights-config.ts'
export { pinnedName } from './weights-name.ts'
