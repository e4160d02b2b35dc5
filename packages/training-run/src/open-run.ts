/** A run that this process owns: the only one that writes its checkpoints, its log and its configuration. */
import { rm } from 'node:fs/promises'
import { branchRun } from './checkpoints/branch-run.ts'
import type { Checkpoint } from './checkpoints/checkpoint.ts'
import { findLastCheckpoint } from './checkpoints/last-checkpoint.ts'
import { describePassedOver } from './checkpoints/newest-intact.ts'
import { saveCheckpoint } from './checkpoints/save-checkpoint.ts'
import { assertTrains, writeRunConfig } from './config/run-config.ts'
import { lockFolder } from './lock/lock-folder.ts'
import { openRunLog, type RunLog } from './log/run-log.ts'
import { runPaths } from './run-paths.ts'
import type { RunConfig } from './schema/run-config.ts'
import type { TrainerState } from './schema/trainer-state.ts'

/** A run that this process owns. */
export interface OpenRun {
  /** The newest checkpoint that is as it was written; undefined for a new run. */
  readonly checkpoint: Checkpoint | undefined
  /** What was lost or altered since it was written, in sentences for whoever started the run. */
  readonly notes: readonly string[]
  readonly log: RunLog
  /**
   * Writes a checkpoint, with the position of the log in it, and returns its path.
   *
   * @throws TrainingRunError not-finite, run-in-use where another process has taken the run over; FileError cannot-write
   */
  save(checkpoint: Omit<Checkpoint, 'state'> & { readonly state: Omit<TrainerState, 'log'> }): Promise<string>
  /** Closes the log and lets go of the folder. */
  close(): Promise<void>
}

/** Options of `openRun`. */
export interface OpenRunOptions {
  /** Is told when another machine's lock has to be awaited. */
  readonly onWait?: (text: string) => void
  /** Folder of a checkpoint of another run from which a run without one goes on. */
  readonly from?: string | undefined
}

/**
 * Opens a run to train in it: takes its lock, clears what a kill left, and finds where to go on.
 *
 * @throws TrainingRunError run-in-use, run-differs, checkpoint-altered; of `from` also no-checkpoints; FileError cannot-read
 */
export async function openRun(run: string, config: RunConfig, options: OpenRunOptions = {}): Promise<OpenRun> {
  const { onWait, from } = options
  const lock = await lockFolder(run, { doing: 'trains', ...(onWait && { onWait }) })
  try {
    for (const leftover of ['.partial', '.tmp']) await rm(`${runPaths(run).config}${leftover}`, { force: true })
    let found = await findLastCheckpoint(run)
    if (found.checkpoint === undefined) await assertTrains(run)
    if (from !== undefined && found.checkpoint === undefined) {
      await branchRun(run, from)
      found = await findLastCheckpoint(run)
    }
    const { checkpoint, passedOver } = found
    await writeRunConfig(run, config, checkpoint)
    const log = openRunLog(run, checkpoint?.state.log)
    return {
      checkpoint,
      notes: [...(checkpoint ? describePassedOver(passedOver, checkpoint.state.step) : []), ...log.notes],
      log,
      async save({ state, ...tensors }) {
        lock.assertHeld()
        return saveCheckpoint(run, { state: { ...state, log: log.position() }, ...tensors })
      },
      async close() {
        log.close()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}
