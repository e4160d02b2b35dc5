/** A new run that goes on from a checkpoint of another one. */
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { replaceFolderAtomic } from '@mammokit/atomic-files'
import { runPaths } from '../run-paths.ts'
import { TrainingRunError } from '../training-run-error.ts'
import { readCheckpoint } from './read-checkpoint.ts'

/**
 * Copies a checkpoint, and the configuration and log of its run, into a run that has none yet; one that has is left as it is.
 *
 * The checkpoint comes last: what a kill leaves is a run without one, into which the next start copies again.
 *
 * @param folder such as runs/a/checkpoints/epoch-003 or runs/a/unfinished/step-500
 * @throws TrainingRunError checkpoint-altered, no-checkpoints; FileError cannot-read
 */
export async function branchRun(run: string, folder: string): Promise<void> {
  const [from, to] = [runPaths(dirname(dirname(resolve(folder)))), runPaths(run)]
  const checkpoint = await readCheckpoint(folder)
  if (!('value' in checkpoint)) {
    const { path, fault, isMissing } = checkpoint
    const received = isMissing ? `no file ${path}` : `${path}, which ${fault}`
    throw new TrainingRunError(
      isMissing ? 'no-checkpoints' : 'checkpoint-altered',
      `Expected a whole checkpoint in ${folder} but received ${received.replace(/\.$/, '')}. Give a folder such as runs/a/checkpoints/epoch-003.`,
      { path, fault },
    )
  }
  await mkdir(run, { recursive: true })
  await copyFile(from.config, to.config)
  for (const name of ['metrics', 'events'] as const) if (existsSync(from[name])) await copyFile(from[name], to[name])
  const target = to.checkpointAt(checkpoint.value.state)
  await mkdir(dirname(target), { recursive: true })
  await replaceFolderAtomic(target, async (partial) => {
    await cp(folder, partial, { recursive: true })
  })
}
