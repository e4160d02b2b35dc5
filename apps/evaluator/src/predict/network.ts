/** What predict, select, test and report judge: a run with one network, the folds of a run, or an ensemble of runs. */
import type { Augmentations, Combination, RunConfig } from '@mammokit/training-run'
import type { Subsets } from './subset-rows.ts'

/** One network after an epoch. */
export interface Network {
  /** Folder of the run that has the weights. */
  readonly run: string
  readonly config: RunConfig
  readonly epoch: number
  readonly checkpointHash: string
  /** Folder whose predictions/ has what it says of the images. */
  readonly into: string
  readonly subsets: Subsets
}

export interface EvaluatedRun {
  readonly run: string
  /** Of the first network. */
  readonly config: RunConfig
  readonly subsets: Subsets
  /** Those that all networks have; an ensemble has one. */
  readonly epochs: readonly number[]
  /** How the networks' logits become one; null where there is one network alone, whose predictions these are. */
  readonly combine: Combination | null
  readonly augmentations: Augmentations
  /** The val of each network is its own, and that of all together what each did not see. */
  readonly isOutOfFold: boolean
  /** Of the weights of all networks after an epoch. */
  checkpointHash(epoch: number): Promise<string>
  networks(epoch: number): Promise<readonly Network[]>
}
