/** Many files to the disk at once: most of them are there already, and one flush brings along what others changed. */
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** As many as Node.js has threads for files. */
const atOnce = 4

/** Flushes the files that exist, and their folders. */
export async function flushFiles(paths: readonly string[]): Promise<void> {
  const all = [...paths, ...new Set(paths.map((path) => dirname(path)))]
  let next = 0
  const work = async () => {
    while (next < all.length) await flush(all[next++])
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return // not fetched yet
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
