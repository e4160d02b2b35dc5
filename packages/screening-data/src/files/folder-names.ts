import { readdir } from 'node:fs/promises'

/** Folders that are read at a time: enough to keep a disk or a network busy. */
const lanes = 16

/** The names in each folder, none where it is not there. */
export async function folderNames(folders: Iterable<string>): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const names = new Map<string, ReadonlySet<string>>([...new Set(folders)].map((folder) => [folder, new Set()]))
  const left = names.keys()
  const lane = async () => {
    for (const folder of left) names.set(folder, new Set(await readdir(folder).catch(() => [])))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return names
}
