/** Of numbered checkpoints the newest that is as it was written, and what a kill left around them. */
import { rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cleanLeftovers } from '@mammokit/atomic-files'
import { nextRun } from '../next-run.ts'
import { TrainingRunError } from '../training-run-error.ts'
import { listFolder } from './list-folder.ts'
import type { CheckpointFault, ReadResult } from './verified-folder.ts'

export interface Newest<Value> {
  readonly value?: Value
  /** What is wrong with the newer ones, newest first. */
  readonly faults: readonly CheckpointFault[]
}

/**
 * Reads the folders of `parent` whose names have the pattern, by falling number, up to the first that is as it was written.
 *
 * @throws FileError cannot-read
 */
export async function newestIntact<Value>(
  parent: string,
  pattern: RegExp,
  read: (folder: string) => Promise<ReadResult<Value>>,
): Promise<Newest<Value>> {
  const number = (name: string) => Number(pattern.exec(name)?.[1])
  const names = (await listFolder(parent)).filter((name) => pattern.test(name))
  const faults: CheckpointFault[] = []
  for (const name of names.sort((a, b) => number(b) - number(a))) {
    const result = await read(join(parent, name))
    if ('value' in result) return { value: result.value, faults }
    faults.push(result)
  }
  return { faults }
}

/** A sentence for each fault: which file it is, what is wrong, and from which step the run goes on. */
export function describePassedOver(faults: readonly CheckpointFault[], step: number): string[] {
  return faults.map(({ path, fault }) => `${path} ${fault}; continuing from the checkpoint of step ${step}`)
}

/** The error of a run that has checkpoints and none that is as it was written: starting anew would overwrite them. */
export function noneIntact(run: string, faults: readonly CheckpointFault[]): TrainingRunError {
  const folders = [...new Set(faults.map(({ path }) => dirname(dirname(path))))].join(' and ')
  const received = faults.map(({ path, fault }) => `${path}, which ${fault.replace(/\.$/, '')}`).join('; ')
  const message = `Expected a checkpoint as training wrote it in ${folders} but received ${received}. Restore one, remove ${folders} to start anew, or train in another run with --run ${nextRun(run)}.`
  const [{ path, fault }] = faults
  return new TrainingRunError('checkpoint-altered', message, { path, fault, faults })
}

/** Clears what a kill can leave in a folder of checkpoints: folders half written or half removed, without a file, or of an earlier version. */
export async function clearLeftovers(parent: string): Promise<void> {
  await cleanLeftovers(parent)
  for (const name of await listFolder(parent)) {
    if (/^(epoch|step)-\d+\.tmp$/.test(name)) await rm(join(parent, name), { recursive: true, force: true })
    else await rmdir(join(parent, name)).catch(() => undefined) // refused for a folder with files
  }
}
