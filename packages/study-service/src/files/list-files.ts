/** From the paths that were given to files: folders are walked, a DICOMDIR stands for what it lists. */
import type { Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StudyError } from '../study-error.ts'
import type { ListedFile } from './listed-file.ts'
import { readDicomdir } from './read-dicomdir.ts'

/** A folder or entry that could not be read. */
export interface UnlistedPath {
  readonly path: string
  readonly reason: string
}

export interface FileList {
  readonly files: readonly ListedFile[]
  readonly unlisted: readonly UnlistedPath[]
}

/**
 * Every file below the paths, in the order of their names; a file that is reached twice is listed once, and links are followed.
 *
 * @param except files and folders that are passed over where a walk meets them
 * @throws {StudyError} `bad-path` for a path that does not exist, `no-files`
 */
export async function listFiles(paths: readonly string[], except: readonly string[] = []): Promise<FileList> {
  const files: ListedFile[] = []
  const unlisted: UnlistedPath[] = []
  const seen = new Set<string>()
  const passedOver = new Set(await Promise.all(except.map((path) => realpath(path).catch(() => path))))

  async function add(path: string, isNamed: boolean): Promise<void> {
    let stats: Stats
    try {
      const real = await realpath(path)
      if (seen.has(real) || (!isNamed && passedOver.has(real))) return
      seen.add(real)
      stats = await stat(real)
    } catch (error) {
      unlisted.push({ path, reason: reasonOf(error) })
      return
    }
    if (stats.isFile()) files.push({ path, isNamed })
    else if (stats.isDirectory()) await walk(path)
  }

  async function walk(folder: string): Promise<void> {
    try {
      const names = await readdir(folder)
      for (const name of names.sort()) await add(join(folder, name), false)
    } catch (error) {
      unlisted.push({ path: folder, reason: reasonOf(error) })
    }
  }

  for (const path of paths) {
    await assertThere(path)
    const listed = await readDicomdir(path)
    if (listed === undefined) {
      await add(path, true)
      continue
    }
    for (const file of listed.files) await add(file, true)
    for (let record = 0; record < listed.badRecords; record++)
      unlisted.push({ path, reason: 'a record without a path within the medium' })
  }
  if (files.length + unlisted.length > 0) return { files, unlisted }
  throw new StudyError(
    'no-files',
    `Expected files in ${paths.join(' and ')} but received none. Give DICOM, PNG or JPEG files, folders of them, or a DICOMDIR.`,
    { paths },
  )
}

async function assertThere(path: string): Promise<void> {
  try {
    await stat(path)
  } catch (error) {
    const reason = reasonOf(error)
    throw new StudyError('bad-path', `Expected a file or folder at ${path} but received ${reason}. Check the path.`, {
      path,
      reason,
    })
  }
}

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)
