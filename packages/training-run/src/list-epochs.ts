/** The checkpoints of a run: runs/<run>/checkpoints/epoch-001 and so on. */
import { readdir } from 'node:fs/promises'
import { runPaths } from './run-paths.ts'
import { TrainingRunError } from './training-run-error.ts'

/**
 * The epochs that have a checkpoint, rising.
 *
 * @throws TrainingRunError no-checkpoints
 */
export async function listEpochs(run: string): Promise<number[]> {
  const folder = runPaths(run).checkpoints
  const names = await readdir(folder).catch(() => [])
  const epochs = names.flatMap((name) => /^epoch-(\d{3,})$/.exec(name)?.[1] ?? []).map(Number)
  if (epochs.length > 0) return epochs.sort((a, b) => a - b)
  throw new TrainingRunError(
    'no-checkpoints',
    `Expected folders such as epoch-001 in ${folder} but received none. Train first: mammokit-trainer train --run ${run}`,
    { run },
  )
}
