/** The files of a folder, those behind symbolic links included. */
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Paths relative to `root`, with `/` on every system, sorted. Each folder is read once, however many links lead to it, so that a loop of
 * links ends. A link to nothing is a file: opening it says what is wrong.
 *
 * @param exclude folders that are not entered
 */
export async function filesBelow(root: string, exclude: readonly string[] = []): Promise<string[]> {
  const files: string[] = []
  const seen = new Set(await Promise.all(exclude.map(realPath)))
  // Folders before links to folders, so that a file has the path that it really has.
  const links = ['']
  for (const start of links) {
    const folders = [start]
    for (const folder of folders) {
      const real = await realPath(join(root, folder))
      if (seen.has(real)) continue
      seen.add(real)
      for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isDirectory()) folders.push(path)
        else if (entry.isFile()) files.push(path)
        else if (entry.isSymbolicLink()) {
          const target = await stat(join(root, path)).catch(() => undefined)
          if (target?.isDirectory()) links.push(path)
          else if (target === undefined || target.isFile()) files.push(path)
        }
      }
    }
  }
  return files.sort()
}

/** As it is where nothing is there. */
const realPath = (path: string) => realpath(path).catch(() => path)
