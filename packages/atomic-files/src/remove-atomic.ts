import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { explainFileError } from './file-error.ts'
import { flushFolder } from './flush.ts'
import { beside, exists, settle } from './leftovers.ts'

/**
 * Removes a file or folder so that whoever looks sees all of it or nothing: it is renamed to `<path>.removing` first. What a kill
 * leaves is cleared by the next call, or by `cleanLeftovers`. What does not exist is removed already.
 *
 * @throws {FileError} `cannot-remove`
 * @example
 * await removeAtomic('runs/first/unfinished/step-14')
 */
export async function removeAtomic(path: string): Promise<void> {
  const removing = beside(path, 'removing')
  try {
    // Before the target itself: what stands beside it must not take its place afterwards.
    await settle(path)
    if (!(await exists(path))) return
    await rename(path, removing)
    await flushFolder(dirname(path))
    await rm(removing, { recursive: true, force: true })
  } catch (error) {
    throw explainFileError('cannot-remove', path, error)
  }
}
