export { type FocalLossOptions, focalLoss } from './focal-loss.ts'
export { FocalLossError, type FocalLossErrorCode } from './focal-loss-error.ts'
