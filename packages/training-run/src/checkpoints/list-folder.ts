import { readdir } from 'node:fs/promises'
import { explainFileError } from '@mammokit/atomic-files'

/** The names in a folder; none where it does not exist. @throws FileError cannot-read */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw explainFileError('cannot-read', folder, error)
  }
}
