/**
 * What a killed process can leave beside a target, each under a suffix of its own:
 *
 * - `.partial`: being written, never whole.
 * - `.replaced`: the folder that a new one was about to replace. Without the new one, it is the target.
 * - `.removing`: being removed, never needed again.
 */
import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { explainFileError, systemCodeOf } from './file-error.ts'
import { flushFolder } from './flush.ts'

const states = ['partial', 'replaced', 'removing'] as const

const leftover = /\.(?:partial|replaced|removing)$/

/**
 * Clears what killed processes left in `folder` (not in the folders below it), and puts a folder back whose replacement was cut
 * short. Call it where no other process writes; a folder that does not exist has nothing to clear.
 *
 * @throws {FileError} `cannot-remove`
 * @example
 * await cleanLeftovers('runs/first/checkpoints') // epoch-003.partial is gone
 */
export async function cleanLeftovers(folder: string): Promise<void> {
  try {
    const names = (await readdir(folder)).filter((name) => leftover.test(name))
    for (const name of new Set(names.map((name) => name.replace(leftover, '')))) await settle(join(folder, name))
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw explainFileError('cannot-remove', folder, error)
  }
}

/** Brings `target` into the state before or after whatever a kill has cut short. */
export async function settle(target: string): Promise<void> {
  const replaced = beside(target, 'replaced')
  if ((await exists(replaced)) && !(await exists(target))) {
    await rename(replaced, target)
    await flushFolder(dirname(target))
  }
  for (const state of states) await rm(beside(target, state), { recursive: true, force: true })
}

/** The name beside a target for something in that state. */
export function beside(target: string, state: (typeof states)[number]): string {
  return `${target.replace(/(?<=.)[/\\]+$/, '')}.${state}`
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false
    throw error
  }
}
