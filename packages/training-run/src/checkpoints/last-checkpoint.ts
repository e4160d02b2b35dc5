/** The newest checkpoint that is as it was written, and what a kill left around it. */
import { basename, dirname } from 'node:path'
import { runPaths } from '../run-paths.ts'
import type { Checkpoint } from './checkpoint.ts'
import { clearLeftovers, newestIntact, noneIntact } from './newest-intact.ts'
import { readCheckpoint } from './read-checkpoint.ts'
import { removeUnfinished } from './save-checkpoint.ts'
import type { CheckpointFault } from './verified-folder.ts'

export interface LastCheckpoint {
  readonly checkpoint: Checkpoint | undefined
  /** Newer checkpoints that were altered or lost files, so that the run has to go back behind them. */
  readonly passedOver: readonly CheckpointFault[]
}

/**
 * Finds the checkpoint with the most steps whose files all have their checksums.
 *
 * What a kill can leave is cleared without a word: folders half written or half removed, and checkpoints within an epoch that has ended.
 * Only its owner may do this to a run.
 *
 * @throws TrainingRunError checkpoint-altered where there are checkpoints and none is as it was written; FileError cannot-read
 */
export async function findLastCheckpoint(run: string): Promise<LastCheckpoint> {
  const { checkpoints, unfinished } = runPaths(run)
  for (const parent of [checkpoints, unfinished]) await clearLeftovers(parent)
  const finished = await newestIntact(checkpoints, /^epoch-(\d{3,})$/, readCheckpoint)
  const within = await newestIntact(unfinished, /^step-(\d+)$/, readCheckpoint)
  const isWithin = (within.value?.state.step ?? 0) > (finished.value?.state.step ?? 0)
  const checkpoint = isWithin ? within.value : finished.value
  // An altered checkpoint of an epoch that has ended since is passed over by nobody.
  const newer = within.faults.filter(({ path }) => stepOf(dirname(path)) > (checkpoint?.state.step ?? 0))
  const altered = newer.filter(({ isMissing }) => !isMissing)
  const passedOver = [...altered, ...finished.faults]
  const faults = [...newer, ...finished.faults]
  if (checkpoint === undefined && faults.length > 0) throw noneIntact(run, faults)
  if (altered.length === 0) await removeUnfinished(run, isWithin ? `step-${checkpoint?.state.step}` : undefined)
  return { checkpoint, passedOver }
}

const stepOf = (folder: string) => Number(basename(folder).replace('step-', ''))
