/** Where a run stands, read without its lock: for what is decided or said before a run is opened. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runPaths } from '@mammokit/training-run'
import { type TrainerState, trainerStateSchema } from '@mammokit/training-run/schema'

/** The folders of a run's checkpoints, after epochs and within one; none of a run that is not there. */
export async function checkpointFolders(run: string): Promise<string[]> {
  const { checkpoints, unfinished } = runPaths(run)
  const namesIn = async (parent: string, pattern: RegExp) =>
    (await readdir(parent).catch(() => [])).filter((name) => pattern.test(name)).map((name) => join(parent, name))
  return [...(await namesIn(checkpoints, /^epoch-\d{3,}$/)), ...(await namesIn(unfinished, /^step-\d+$/))]
}

/** The state of the checkpoint with the most steps; undefined without one. What cannot be read is passed over: whoever opens the run says so. */
export async function readPosition(run: string): Promise<TrainerState | undefined> {
  const states = await Promise.all((await checkpointFolders(run)).map(readState))
  return states.filter((state) => state !== undefined).sort((a, b) => b.step - a.step)[0]
}

/** The state of a checkpoint's folder; undefined where it cannot be read. */
export async function readState(folder: string): Promise<TrainerState | undefined> {
  try {
    return trainerStateSchema.parse(JSON.parse(await readFile(join(folder, 'trainer.json'), 'utf8')))
  } catch {
    return undefined
  }
}
