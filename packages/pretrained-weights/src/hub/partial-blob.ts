/** The bytes of a blob that have come so far: in one process's hands at a time, and taken over from one that was killed. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'

export interface PartialBlob {
  readonly path: string
  /** Gives up the file but leaves its bytes for the next attempt. */
  release(): Promise<void>
  /** Flushes the file and puts it in the blob's place. */
  finish(): Promise<void>
  discard(): Promise<void>
}

const host = hostname().replace(/[^\w-]/g, '-')

/** Takes the bytes that an earlier attempt left behind, if any. */
export async function claimPartialBlob(blob: string): Promise<PartialBlob> {
  const folder = dirname(blob)
  await mkdir(folder, { recursive: true })
  const path = `${blob}.${host}.${process.pid}.${randomUUID()}.incomplete`
  for (const left of await abandoned(folder, basename(blob))) {
    // Of several processes that find it one succeeds.
    if (await succeeds(rename(join(folder, left), path))) break
  }
  return {
    path,
    release: async () => void (await succeeds(rename(path, `${blob}.${host}.0.${randomUUID()}.incomplete`))),
    async finish() {
      const file = await open(path, 'r+')
      await file.sync()
      await file.close()
      await rename(path, blob)
    },
    discard: () => rm(path, { force: true }),
  }
}

/** Parts of the blob that no living process of this machine writes to, the longest first. */
async function abandoned(folder: string, blob: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => {
    const [etag, owner, pid, , ending] = name.split('.')
    return etag === blob && owner === host && ending === 'incomplete' && !isAlive(Number(pid))
  })
  const sized = await Promise.all(
    names.map(async (name) => ({ name, size: (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size })),
  )
  return sized.sort((a, b) => b.size - a.size).map(({ name }) => name)
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function succeeds(action: Promise<unknown>): Promise<boolean> {
  return action.then(
    () => true,
    () => false,
  )
}
