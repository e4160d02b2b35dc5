import { readdir } from 'node:fs/promises'
import { inLanes } from './in-lanes.ts'

/** Folders that are read at a time: enough to keep a disk or a network busy. */
const lanes = 16

/** The names in each folder, none where it is not there. */
export async function folderNames(folders: Iterable<string>): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const names = new Map<string, ReadonlySet<string>>()
  await inLanes(lanes, [...new Set(folders)], async (folder) => {
    names.set(folder, new Set(await readdir(folder).catch(() => [])))
  })
  return names
}
