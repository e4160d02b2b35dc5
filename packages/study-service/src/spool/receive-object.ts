/** Streams an object into a file beside its place: counted, hashed, flushed; nothing is left of one that fails. */
import { createHash, randomUUID } from 'node:crypto'
import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { StudyError } from '../study-error.ts'
import type { SpoolLimits } from './spool-limits.ts'

export interface IncomingFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

export interface ReceiveOptions {
  /** For files that are not whole. */
  readonly folder: string
  readonly limits: SpoolLimits
  /** Counts bytes on disk; negative ones are given back. @throws {StudyError} `spool-full` */
  readonly reserve: (bytes: number) => void
}

/**
 * Whoever gets the file moves it or removes it, with `reserve(-bytes)`.
 *
 * @throws {StudyError} `too-large`, `spool-full`; what the source throws
 */
export async function receiveObject(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { folder, limits, reserve }: ReceiveOptions,
): Promise<IncomingFile> {
  const path = join(folder, `${randomUUID()}.partial`)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await assertSpace(folder, limits.freeBytes)
    const file = await open(path, 'wx', 0o600)
    try {
      for await (const chunk of source) {
        if (bytes + chunk.length > limits.objectBytes) throw tooLarge(limits.objectBytes)
        reserve(chunk.length)
        bytes += chunk.length
        hash.update(chunk)
        await file.writeFile(chunk)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    return { path, bytes, sha256: hash.digest('hex') }
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined)
    reserve(-bytes)
    throw isDiskFull(error) ? diskFull() : error
  }
}

/** Whether an error says that a disk or a quota is full. */
export function isDiskFull(error: unknown): boolean {
  const { code, details } = (error ?? {}) as { code?: unknown; details?: { systemCode?: unknown } }
  return [code, details?.systemCode].some((value) => value === 'ENOSPC' || value === 'EDQUOT')
}

export function diskFull(): StudyError {
  return new StudyError('spool-full', 'Expected space for an object on the disk but received none. Free some space.')
}

async function assertSpace(folder: string, freeBytes: number): Promise<void> {
  if (freeBytes === 0) return
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < freeBytes) throw diskFull()
}

function tooLarge(limit: number): StudyError {
  const message = `Expected at most ${limit} bytes for an object but received more. Raise the limit, or send it elsewhere.`
  return new StudyError('too-large', message, { limit })
}
