/**
 * A folder with one owner at a time, which a dead process does not stay.
 *
 * The owner is whose file `owner-<n>.json` has the highest number. Who finds a dead owner creates the next number, which only one
 * process can; nothing is removed before that, so that no two can take over.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainFileError } from '@mammokit/atomic-files'
import { z } from 'zod'
import { TrainingRunError } from '../training-run-error.ts'
import { hasHeartbeat, startHeartbeat } from './heartbeat.ts'
import { identifyProcess, probeProcess } from './process-identity.ts'

/** Options of `lockFolder` and `withFolderLock`. */
export interface FolderLockOptions {
  /** What the owner does, for the error of whoever comes second: `'trains'`. */
  readonly doing: string
  /** Start of the file's name; locks of other names do not exclude this one. @default 'owner' */
  readonly name?: string
  /** Milliseconds between heartbeats. @default 5000 */
  readonly heartbeatMs?: number
  /** Is told when the owner is of another machine, so that its heartbeat has to be awaited. */
  readonly onWait?: (text: string) => void
}

/** A folder that this process owns. */
export interface FolderLock {
  /** @throws TrainingRunError run-in-use where another process has taken the folder over, as after a pause of this one. */
  assertHeld(): void
  release(): Promise<void>
}

const ownerSchema = z.object({
  token: z.string(),
  pid: z.int(),
  host: z.string(),
  scope: z.string().nullable(),
  started: z.string().nullable(),
  doing: z.string(),
  since: z.string(),
  heartbeatMs: z.number(),
})

type Owner = z.output<typeof ownerSchema>

/** Name of the lock of whoever writes a result into a run that may still be trained. */
export const evaluationLock = 'evaluation'

interface Place {
  readonly folder: string
  readonly name: string
}

/** Heartbeats that may be missed, as by a machine under load. */
const missable = 4

/**
 * Makes this process the owner of a folder, which is made where it does not exist.
 *
 * @throws TrainingRunError run-in-use, with the owner's process id, host and since when.
 */
export async function lockFolder(folder: string, options: FolderLockOptions): Promise<FolderLock> {
  const { doing, name = 'owner', heartbeatMs = 5000, onWait = () => {} } = options
  const place = { folder, name }
  const since = new Date().toISOString()
  const owner: Owner = { token: randomUUID(), ...identifyProcess(), doing, since, heartbeatMs }
  const path = await claim(place, owner, onWait)
  const heartbeat = startHeartbeat(path, heartbeatMs)
  return {
    assertHeld() {
      const last = numbers(place).at(-1)
      const holder = last === undefined ? undefined : readOwner(ownerPath(place, last))
      if (holder?.token !== owner.token) throw inUse(folder, holder)
    },
    async release() {
      await heartbeat.stop()
      rmSync(path, { force: true })
    },
  }
}

/**
 * Does work as the owner of a folder, and lets go of it when the work ends or fails.
 *
 * @throws TrainingRunError run-in-use; whatever `work` throws
 * @example
 * await withFolderLock('runs/default', { doing: 'selects', name: 'evaluation' }, () => writeSelection(selection))
 */
export async function withFolderLock<Result>(
  folder: string,
  options: FolderLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await lockFolder(folder, options)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

/** Creates the next owner file and returns its path. */
async function claim(place: Place, owner: Owner, onWait: (text: string) => void): Promise<string> {
  try {
    mkdirSync(place.folder, { recursive: true })
  } catch (error) {
    throw explainFileError('cannot-write', place.folder, error)
  }
  for (;;) {
    const last = numbers(place).at(-1) ?? 0
    if (last > 0) await assertDead(place, ownerPath(place, last), onWait)
    const path = ownerPath(place, last + 1)
    if (!createOwner(path, owner)) continue // another process was faster
    // A folder that looked free may have been claimed and taken over since.
    const all = numbers(place)
    if (all.at(-1) === last + 1) {
      for (const number of all.slice(0, -1)) rmSync(ownerPath(place, number), { force: true })
      return path
    }
    rmSync(path, { force: true })
  }
}

async function assertDead({ folder }: Place, path: string, onWait: (text: string) => void): Promise<void> {
  const owner = readOwner(path)
  const state = owner === undefined ? 'unknown' : probeProcess(owner)
  if (state === 'dead') return
  if (state === 'alive') throw inUse(folder, owner)
  const forMs = missable * (owner?.heartbeatMs ?? 1000)
  onWait(`Waiting ${Math.ceil(forMs / 1000)} s to see whether ${describe(owner)} still works in ${folder}`)
  if (await hasHeartbeat(path, forMs)) throw inUse(folder, readOwner(path) ?? owner)
}

function createOwner(path: string, owner: Owner): boolean {
  try {
    writeFileSync(path, `${JSON.stringify(owner)}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw explainFileError('cannot-write', path, error)
  }
}

/** Undefined for a file that is gone, or that a process was killed while writing. */
function readOwner(path: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch {
    return undefined
  }
}

/** The numbers of the owner files, rising. */
function numbers({ folder, name }: Place): number[] {
  const found = readdirSync(folder).map((file) => (file.startsWith(`${name}-`) ? /-(\d+)\.json$/.exec(file) : null))
  return found.flatMap((match) => (match === null ? [] : Number(match[1]))).sort((a, b) => a - b)
}

function ownerPath({ folder, name }: Place, number: number): string {
  return join(folder, `${name}-${number}.json`)
}

function inUse(folder: string, owner: Owner | undefined): TrainingRunError {
  const details = { folder, ...owner }
  const message = `Expected no other process at work in ${folder} but received ${describe(owner)}. Wait for it or stop it, or choose another folder.`
  return new TrainingRunError('run-in-use', message, details)
}

function describe(owner: Owner | undefined): string {
  return owner === undefined
    ? 'a process without a name'
    : `process ${owner.pid} on ${owner.host}, which ${owner.doing} since ${owner.since}`
}
