export { focalLoss } from './focal-loss.ts'
export { FocalLossError, type FocalLossErrorCode } from './focal-loss-error.ts'
export type { FocalLossOptions } from './focal-loss-options.ts'
