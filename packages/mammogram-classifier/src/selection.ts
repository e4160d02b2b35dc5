/** The entry `./selection`: what chooses and checks checkpoints by their predictions, without a network or an engine. */

export { logOdds, sigmoid } from '@mammokit/pf1-metric'
export { ClassifierError, type ClassifierErrorCode } from './classifier-error.ts'
export { type BreastOptions, calibrateProbability, classifyBreasts } from './classify-breasts.ts'
export { combineLogits, quantilesOf } from './combination/combine-logits.ts'
export { assertCombinable, type ConfiguredRun } from './networks/combinable.ts'
export { type Network, type RunNetworks, readNetworkConfig, readNetworks } from './networks/read-networks.ts'
export type { BreastColumns } from './selection/breast-columns.ts'
export {
  bestOf,
  breastsOf,
  type Candidate,
  type CandidateOptions,
  decisionOf,
  toCandidate,
} from './selection/candidates.ts'
export {
  type ReadRows,
  readVerifiedSelection,
  type SubsetSources,
  type VerifiedSelection,
  type VerifyOptions,
} from './selection/verify-selection.ts'
