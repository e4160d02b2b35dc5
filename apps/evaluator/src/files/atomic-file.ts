/** A file is written whole under a temporary name and then renamed, so that nobody ever sees half of it. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CommandError } from '../terminal/command-error.ts'

/** Writes a file so that it is either the old one or the whole new one. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(temporary, content)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    const { code } = error as NodeJS.ErrnoException
    throw new CommandError(
      'CANNOT_WRITE',
      `Expected to write ${path} but received ${code}. Check that the disk has space and the folder may be written to.`,
    )
  }
}

/** Writes a JSON file with two spaces of indentation and a closing newline. */
export async function writeJsonAtomic(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`)
}

/**
 * Reads a file that an earlier command writes.
 *
 * @throws CommandError `FILE_MISSING` with `hint`, which says which command that is.
 */
export async function readInput(path: string, hint: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CommandError('FILE_MISSING', `Expected a readable file ${path} but received ${code}. ${hint}`)
  }
}
