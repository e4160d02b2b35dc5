/**
 * The hub's cache on disk, as huggingface_hub and every library on it know it: blobs by content, snapshots of commits with links to
 * them, and refs from a branch to its commit.
 *
 * Reference: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import { copyFile, mkdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { getRepoFolderName } from '@huggingface/hub'
import { writeFileAtomic } from '@mammokit/atomic-files'

export interface RepositoryCache {
  /** Where a file of a commit is, or would be. */
  path(commit: string, file: string): string
  has(commit: string, file: string): Promise<boolean>
  blob(etag: string): string
  /** The commit that a branch or tag pointed at when it was last asked for. */
  readRef(revision: string): Promise<string | undefined>
  writeRef(revision: string, commit: string): Promise<void>
  /** Makes a blob a file of a commit: a relative link, or a copy where the file system has none. */
  link(etag: string, commit: string, file: string): Promise<void>
}

export function openRepositoryCache(cacheDir: string, repository: string): RepositoryCache {
  const folder = join(cacheDir, getRepoFolderName({ type: 'model', name: repository }))
  const path = (commit: string, file: string) => join(folder, 'snapshots', commit, ...file.split('/'))
  const blob = (etag: string) => join(folder, 'blobs', etag)
  const ref = (revision: string) => join(folder, 'refs', ...revision.split('/'))
  return {
    path,
    blob,
    has: (commit, file) => exists(path(commit, file)),
    async readRef(revision) {
      try {
        return (await readFile(ref(revision), 'utf8')).trim()
      } catch {
        return undefined
      }
    },
    async writeRef(revision, commit) {
      await mkdir(dirname(ref(revision)), { recursive: true })
      await writeFileAtomic(ref(revision), commit)
    },
    async link(etag, commit, file) {
      const target = path(commit, file)
      await mkdir(dirname(target), { recursive: true })
      await rm(target, { force: true })
      try {
        await symlink(relative(dirname(target), blob(etag)), target)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
        await copyFile(blob(etag), target)
      }
    },
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
