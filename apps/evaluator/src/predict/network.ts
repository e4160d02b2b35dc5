/** What predict, select, test and report judge: a run with one network, the folds of a run, or an ensemble of runs. */
import type { Network as FolderNetwork, RunNetworks } from '@mammokit/mammogram-classifier/selection'
import type { Subsets } from './subset-rows.ts'

/** One network after an epoch, and what it may be judged by. */
export interface Network extends FolderNetwork {
  readonly subsets: Subsets
}

export interface EvaluatedRun extends Omit<RunNetworks, 'epochs'> {
  readonly subsets: Subsets
  /** Those that all networks have; an ensemble has one. */
  readonly epochs: readonly number[]
  networks(epoch: number): Promise<readonly Network[]>
}
