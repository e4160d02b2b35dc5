import { readFile } from 'node:fs/promises'
import { explainFileError, FileError, systemCodeOf } from './file-error.ts'

/**
 * The bytes of a file that something else must have written before.
 *
 * @param advice what to do where it does not exist, as a sentence: `'Run mammokit-trainer split first.'`
 * @throws {FileError} `not-found` with `advice`, or `cannot-read`.
 * @example
 * await readInputFile('data/processed/splits.csv', 'Run mammokit-trainer split first.')
 */
export async function readInputFile(path: string, advice: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    const systemCode = systemCodeOf(error)
    if (systemCode !== 'ENOENT') throw explainFileError('cannot-read', path, error)
    throw new FileError('not-found', `Expected a file ${path} but received ENOENT. ${advice}`, { path, systemCode })
  }
}
