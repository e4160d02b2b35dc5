/** Of numbered checkpoints the newest that is as it was written, and what a kill left around them. */
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cleanLeftovers } from '@mammokit/atomic-files'
import type { CheckpointFault, ReadResult } from './verified-folder.ts'

export interface Newest<Value> {
  readonly value?: Value
  /** What is wrong with the newer ones, newest first. */
  readonly faults: readonly CheckpointFault[]
}

/** Reads the folders of `parent` whose names have the pattern, by falling number, up to the first that can be read. */
export async function newestIntact<Value>(
  parent: string,
  pattern: RegExp,
  read: (folder: string) => Promise<ReadResult<Value>>,
): Promise<Newest<Value>> {
  const number = (name: string) => Number(pattern.exec(name)?.[1])
  const names = (await readdir(parent).catch(() => [])).filter((name) => pattern.test(name))
  const faults: CheckpointFault[] = []
  for (const name of names.sort((a, b) => number(b) - number(a))) {
    const result = await read(join(parent, name))
    if ('value' in result) return { value: result.value, faults }
    faults.push(result)
  }
  return { faults }
}

/** A sentence for each fault: which file it is, what is wrong, and from which step the run goes on. */
export function describePassedOver(faults: readonly CheckpointFault[], step: number | undefined): string[] {
  const goesOn = step === undefined ? 'starting anew' : `continuing from the checkpoint of step ${step}`
  return faults.map(({ path, fault }) => `${path} ${fault}; ${goesOn}`)
}

/** Clears what a kill can leave in a folder of checkpoints: folders half written or half removed, without a file, or of an earlier version. */
export async function clearLeftovers(parent: string): Promise<void> {
  await cleanLeftovers(parent)
  for (const name of await readdir(parent).catch(() => [])) {
    if (/^(epoch|step)-\d+\.tmp$/.test(name)) await rm(join(parent, name), { recursive: true, force: true })
    else await rmdir(join(parent, name)).catch(() => undefined) // refused for a folder with files
  }
}
