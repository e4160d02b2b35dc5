/** The newest checkpoint that is as it was written, and what a kill left around it. */
import { readdir, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { cleanLeftovers } from '@mammokit/atomic-files'
import { runPaths } from '../run-paths.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type CheckpointFault, readCheckpoint } from './read-checkpoint.ts'
import { removeUnfinished } from './save-checkpoint.ts'

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
 */
export async function findLastCheckpoint(run: string): Promise<LastCheckpoint> {
  const { checkpoints, unfinished } = runPaths(run)
  for (const parent of [checkpoints, unfinished]) {
    await cleanLeftovers(parent)
    await removeEmpty(parent)
  }
  const finished = await newestIntact(checkpoints, /^epoch-(\d{3,})$/)
  const within = await newestIntact(unfinished, /^step-(\d+)$/)
  const isWithin = (within.value?.state.step ?? 0) > (finished.value?.state.step ?? 0)
  const checkpoint = isWithin ? within.value : finished.value
  // An altered checkpoint of an epoch that has ended since is passed over by nobody.
  const newer = within.faults.filter(({ path }) => stepOf(dirname(path)) > (checkpoint?.state.step ?? 0))
  const altered = newer.filter(({ isMissing }) => !isMissing)
  if (altered.length === 0) await removeUnfinished(run, isWithin ? `step-${checkpoint?.state.step}` : undefined)
  return { checkpoint, passedOver: [...altered, ...finished.faults] }
}

interface Newest {
  readonly value?: Checkpoint
  readonly faults: readonly CheckpointFault[]
}

async function newestIntact(parent: string, pattern: RegExp): Promise<Newest> {
  const number = (name: string) => Number(pattern.exec(name)?.[1])
  const names = (await readdir(parent).catch(() => [])).filter((name) => pattern.test(name))
  const faults: CheckpointFault[] = []
  for (const name of names.sort((a, b) => number(b) - number(a))) {
    const result = await readCheckpoint(join(parent, name))
    if ('value' in result) return { value: result.value, faults }
    faults.push(result)
  }
  return { faults }
}

const stepOf = (folder: string) => Number(basename(folder).replace('step-', ''))

/** Removes folders without files, and what an earlier version was writing when it was killed. */
async function removeEmpty(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    if (/^(epoch|step)-\d+\.tmp$/.test(name)) await rm(join(parent, name), { recursive: true, force: true })
    else await rmdir(join(parent, name)).catch(() => undefined) // refused for a folder with files
  }
}
