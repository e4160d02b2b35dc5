import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { explainFileError, systemCodeOf } from './file-error.ts'
import { flushFolder, flushMadeFolders, flushTree } from './flush.ts'
import { beside, exists, settle } from './leftovers.ts'

/**
 * Writes a folder so that it is there with all of its files or not at all: `fill` writes into a folder beside the target, which is
 * flushed and then renamed.
 *
 * A folder that is there already is renamed away first, since no system call exchanges two folders everywhere. A kill between the
 * two renames leaves it as `<target>.replaced`; the next call, or `cleanLeftovers`, puts it back.
 *
 * @throws {FileError} `cannot-write`, and whatever `fill` throws; the old folder is still there and nothing lies beside it.
 * @example
 * await replaceFolderAtomic('checkpoints/epoch-001', async (folder) => {
 *   await writeFile(join(folder, 'model.safetensors'), weights)
 * })
 */
export async function replaceFolderAtomic(
  target: string,
  fill: (temporaryFolder: string) => Promise<void>,
): Promise<void> {
  const temporary = beside(target, 'partial')
  try {
    await settle(target)
    const made = await mkdir(temporary, { recursive: true })
    await fill(temporary)
    await flushTree(temporary)
    await moveInto(target, temporary)
    await flushFolder(dirname(target))
    if (made !== temporary) await flushMadeFolders(made, dirname(target))
    await rm(beside(target, 'replaced'), { recursive: true, force: true })
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    throw isAbout(error, target) ? explainFileError('cannot-write', target, error) : error
  }
}

async function moveInto(target: string, temporary: string): Promise<void> {
  const replaced = beside(target, 'replaced')
  const replaces = await exists(target)
  if (replaces) await rename(target, replaced)
  try {
    await rename(temporary, target)
  } catch (error) {
    if (replaces) await rename(replaced, target)
    throw error
  }
}

/** Whether the system refused something at or beside the target; other errors are those of `fill`. */
function isAbout(error: unknown, target: string): boolean {
  const path = (error as { path?: unknown } | null)?.path
  return systemCodeOf(error) !== undefined && (typeof path !== 'string' || path.startsWith(target))
}
