import { open, readdir } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import process from 'node:process'

/** Makes the names in a folder survive a power cut. Windows keeps them without, and has no way to ask for it. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await flushFile(path)
}

/** Flushes the folders from the one that holds `first`, the topmost that mkdir made, down to `last`. */
export async function flushMadeFolders(first: string | undefined, last: string): Promise<void> {
  if (first === undefined) return
  let folder = dirname(first)
  await flushFolder(folder)
  for (const name of relative(folder, last).split(sep).slice(0, -1)) {
    folder = join(folder, name)
    await flushFolder(folder)
  }
}

/** Flushes every file and folder below `folder`, and the folder itself. */
export async function flushTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await flushTree(path)
    else if (entry.isFile()) await flushFile(path)
  }
  await flushFolder(folder)
}

async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
