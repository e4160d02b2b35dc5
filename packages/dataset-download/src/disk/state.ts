/** What a folder was filled from, in its `.download.json`: by it a file may be believed by its size. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeJsonAtomic } from '@mammokit/atomic-files'
import { DownloadError } from '../download-error.ts'

export interface FolderState {
  /** `competitions/NAME` or `datasets/OWNER/NAME`. */
  readonly source: string
  /** SHA-256 of the directory of the archive that its files were compared with; null where they came one by one. */
  readonly archive: string | null
  /** The boot of this machine since which files may not be on the disk yet, though they can be read; null where all are. */
  readonly unflushedSince: string | null
  /** Sizes of the files whose size is not what the list of the source states. */
  readonly sizes: Readonly<Record<string, number>>
}

const statePath = (folder: string) => join(folder, '.download.json')

/** Undefined where nothing was downloaded to the folder, or its record cannot be read: then every file is compared. */
export async function readState(folder: string): Promise<FolderState | undefined> {
  try {
    const found = JSON.parse(await readFile(statePath(folder), 'utf8')) as Partial<FolderState>
    const { source, archive = null, unflushedSince = null, sizes = {} } = found
    return typeof source === 'string' ? { source, archive, unflushedSince, sizes } : undefined
  } catch {
    return undefined
  }
}

export async function writeState(folder: string, state: FolderState): Promise<void> {
  await writeJsonAtomic(statePath(folder), state)
}

/** @throws {DownloadError} `other-source` where the folder has files of another source. */
export function assertSource(state: FolderState | undefined, source: string, folder: string): void {
  if (state === undefined || state.source === source) return
  const message = `Expected a folder for ${source} but received ${folder}, which has files of ${state.source}. Choose another folder.`
  throw new DownloadError('other-source', message, { folder, source: state.source })
}
