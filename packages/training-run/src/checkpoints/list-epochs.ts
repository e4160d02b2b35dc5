/** The checkpoints of a run: runs/<run>/checkpoints/epoch-001 and so on. */
import { join } from 'node:path'
import { runPaths } from '../run-paths.ts'
import { TrainingRunError } from '../training-run-error.ts'
import { listFolder } from './list-folder.ts'

/**
 * The epochs that have a checkpoint, rising; an empty folder is none.
 *
 * @throws TrainingRunError no-checkpoints; FileError cannot-read
 */
export async function listEpochs(run: string): Promise<number[]> {
  const folder = runPaths(run).checkpoints
  const epochs: number[] = []
  for (const name of await listFolder(folder)) {
    const epoch = /^epoch-(\d{3,})$/.exec(name)?.[1]
    if (epoch !== undefined && (await listFolder(join(folder, name))).length > 0) epochs.push(Number(epoch))
  }
  if (epochs.length > 0) return epochs.sort((a, b) => a - b)
  throw new TrainingRunError(
    'no-checkpoints',
    `Expected folders such as epoch-001 in ${folder} but received none. Train first: mammokit-trainer train --run ${run}.`,
    { run },
  )
}
