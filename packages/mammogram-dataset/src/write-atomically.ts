import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatasetError } from './dataset-error.ts'

/**
 * Writes a file under a temporary name beside it and renames it: it is there in whole or not at all.
 *
 * The temporary name is always the same, so that what a killed process left is overwritten by the next one; where several processes
 * may write one file at a time, each needs a `writer` of its own in it.
 *
 * @throws DatasetError `cannot-write` with the system's code (ENOSPC, EACCES, ...)
 */
export async function writeAtomically(path: string, data: string | Uint8Array, writer = ''): Promise<void> {
  const temporary = `${path}${writer}.partial`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(temporary, data)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw cannotWrite(path, error)
  }
}

/** Says what to do about a failed write. */
export function cannotWrite(path: string, error: unknown): DatasetError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  const advice =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'The disk is full: free some space and start again, finished images are kept.'
      : 'Check that the folder exists and may be written to.'
  return new DatasetError('cannot-write', `Expected to write ${path} but received ${code}. ${advice}`, { path, code })
}
