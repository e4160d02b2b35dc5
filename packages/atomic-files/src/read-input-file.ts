import { createReadStream } from 'node:fs'
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
    throw unreadable(path, advice, error)
  }
}

/** Bytes that are read at a time. */
const chunkSize = 2 ** 20

/**
 * The same bytes in chunks, for files that may be larger than memory.
 *
 * @throws {FileError} as `readInputFile` does, when the first chunk is asked for.
 * @example
 * for await (const chunk of readInputChunks('table.csv', 'Check the path.')) size += chunk.length
 */
export async function* readInputChunks(path: string, advice: string): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* createReadStream(path, { highWaterMark: chunkSize }) as AsyncIterable<Buffer>
  } catch (error) {
    throw systemCodeOf(error) === undefined ? error : unreadable(path, advice, error)
  }
}

function unreadable(path: string, advice: string, error: unknown): FileError {
  const systemCode = systemCodeOf(error)
  if (systemCode !== 'ENOENT') return explainFileError('cannot-read', path, error)
  return new FileError('not-found', `Expected a file ${path} but received ENOENT. ${advice}`, { path, systemCode })
}
