/**
 * A folder on disk that takes objects of studies and keeps them until they are answered.
 *
 * ```
 * incoming/                     objects that are being received
 * studies/<key>/objects/        those that were, one file for each; the key is a hash of the Study Instance UID
 * studies/<key>/study.json      what was done with them
 * studies/<key>/answers/<n>/    result.json, overlays, DICOM objects
 * ```
 *
 * What is here after a kill is the state: an object that has its name is whole, a study without an answer for its objects is worked on.
 */
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { cleanLeftovers, explainFileError, flushFolder, flushMadeFolders, removeAtomic } from '@mammokit/atomic-files'
import { StudyError } from '../study-error.ts'
import { badObject, type ReceivedFacts } from './identify-object.ts'
import type { IncomingFile } from './receive-object.ts'
import { resolveLimits, type SpoolLimits } from './spool-limits.ts'
import { SpooledStudy } from './spooled-study.ts'
import { type ReceivedObject, type StagedObject, stageObject } from './staged-object.ts'
import { studyKeyOf } from './study-objects.ts'
import { newRecord, readRecord, unreadableRecord } from './study-record.ts'
import type { StudyState, StudyStateName } from './study-state.ts'

/** When a study is complete, and what a spool takes. */
export interface SpoolOptions {
  /** A study is complete when no object came for this long. @default 30 */
  readonly quietSeconds?: number
  readonly limits?: Partial<SpoolLimits>
  /** Takes the key of a study whose record cannot be read: its file is kept aside, and the study is `failed` until it is sent again. */
  readonly onUnreadable?: (studyKey: string) => void
}

/** A folder on disk with the studies that were received. */
export interface Spool {
  readonly folder: string
  /**
   * Takes an object; it is on the disk, flushed and in its place when this resolves, and nothing of it is left when this rejects.
   *
   * @throws {StudyError} `bad-object`, `too-large`, `too-many-objects`, `spool-full`, `spool-closed`; what the source throws
   */
  receive(
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | Uint8Array,
    facts?: ReceivedFacts,
  ): Promise<ReceivedObject>
  /**
   * The same in two steps, for objects that are taken together or not at all.
   *
   * @throws {StudyError} `bad-object`, `too-large`, `spool-full`, `spool-closed`; what the source throws
   */
  stage(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, facts?: ReceivedFacts): Promise<StagedObject>
  /** Undefined for a study that nothing was received of. */
  stateOf(studyInstanceUid: string): StudyState | undefined
  /** How many studies are in each state, and bytes of their objects. */
  summary(): SpoolSummary
  /** Takes no more objects; those that are being received end. */
  close(): Promise<void>
  /** Of the work loop. */
  readonly studies: ReadonlyMap<string, SpooledStudy>
  /** Calls a function after each object; gives the one that ends that. */
  onReceived(listener: () => void): () => void
  /** Removes objects of a study, within its `alone`. */
  remove(study: SpooledStudy, names: readonly string[]): Promise<void>
  /** Removes all that there is of a study, within its `alone`. */
  forget(study: SpooledStudy): Promise<void>
}

/** How full a spool is. */
export interface SpoolSummary {
  readonly studies: Readonly<Partial<Record<StudyStateName, number>>>
  readonly bytes: number
}

/**
 * Opens a spool, which is made where it does not exist, and finds what a process before has left in it. One process at a time may use it.
 *
 * @throws {StudyError} `bad-option`; FileError
 * @example
 * const spool = await openSpool('spool', { quietSeconds: 10 })
 * const { studyInstanceUid } = await spool.receive(createReadStream('IM1'))
 * spool.stateOf(studyInstanceUid)?.state // 'received'
 */
export async function openSpool(folder: string, options: SpoolOptions = {}): Promise<Spool> {
  const { quietSeconds = 30 } = options
  if (!(Number.isFinite(quietSeconds) && quietSeconds >= 0)) {
    const message = `Expected seconds, 0 or more, for quietSeconds but received ${quietSeconds}. Leave it out for 30.`
    throw new StudyError('bad-option', message, { quietSeconds })
  }
  const limits = resolveLimits(options.limits ?? {})
  const spool = new FolderSpool(folder, quietSeconds * 1000, limits)
  await spool.recover(options.onUnreadable ?? (() => {}))
  return spool
}

class FolderSpool implements Spool {
  readonly folder: string
  readonly studies = new Map<string, SpooledStudy>()
  readonly #quietMs: number
  readonly #limits: SpoolLimits
  readonly #listeners = new Set<() => void>()
  readonly #receiving = new Set<Promise<unknown>>()
  #bytes = 0
  #isClosed = false

  constructor(folder: string, quietMs: number, limits: SpoolLimits) {
    this.folder = folder
    this.#quietMs = quietMs
    this.#limits = limits
  }

  async recover(onUnreadable: (studyKey: string) => void): Promise<void> {
    try {
      await rm(this.#incoming, { recursive: true, force: true })
      for (const folder of [this.#incoming, this.#studies]) {
        const made = await mkdir(folder, { recursive: true, mode: 0o700 })
        await flushMadeFolders(made, folder)
      }
      await cleanLeftovers(this.#studies)
      for (const key of await readdir(this.#studies)) {
        if (/^[0-9a-f]{32}$/.test(key)) await this.#recoverStudy(key)
      }
      for (const { key, record } of this.studies.values()) {
        if (record.failure?.code === unreadableRecord) onUnreadable(key)
      }
    } catch (error) {
      throw explainFileError('cannot-read', this.folder, error)
    }
  }

  async #recoverStudy(key: string): Promise<void> {
    const study = new SpooledStudy(this.#studies, key, this.#quietMs)
    for (const folder of ['.', 'answers', 'objects']) await cleanLeftovers(study.path(folder))
    for (const name of await readdir(study.path('objects')).catch(() => [])) {
      const { size: bytes, mtimeMs: receivedMs } = await stat(study.path('objects', name))
      study.objects.set(name, { name, bytes, receivedMs })
      this.#bytes += bytes
    }
    study.record = await readRecord(study.path('study.json'), () => study.names)
    this.studies.set(key, study)
  }

  async receive(
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | Uint8Array,
    facts: ReceivedFacts = {},
  ): Promise<ReceivedObject> {
    const staged = await this.stage(source instanceof Uint8Array ? [source] : source, facts)
    return await staged.commit()
  }

  async stage(
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    facts: ReceivedFacts = {},
  ): Promise<StagedObject> {
    if (this.#isClosed)
      throw new StudyError('spool-closed', 'Expected an open spool but received one that was closed. Open it again.')
    let onEnd = () => {}
    const receiving = new Promise<void>((resolve) => {
      onEnd = resolve
    })
    this.#receiving.add(receiving)
    receiving.then(() => this.#receiving.delete(receiving))
    return await stageObject(source, facts, {
      folder: this.#incoming,
      limits: this.#limits,
      onEnd,
      reserve: (bytes) => this.#reserve(bytes),
      take: (...object) => this.#commit(...object),
    })
  }

  stateOf(studyInstanceUid: string): StudyState | undefined {
    return this.studies.get(studyKeyOf(studyInstanceUid))?.state()
  }

  summary(): SpoolSummary {
    const studies: Partial<Record<StudyStateName, number>> = {}
    for (const study of this.studies.values()) {
      const state = study.state()?.state
      if (state) studies[state] = (studies[state] ?? 0) + 1
    }
    return { studies, bytes: this.#bytes }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#receiving)
  }

  onReceived(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async remove(study: SpooledStudy, names: readonly string[]): Promise<void> {
    for (const name of names) {
      await rm(study.path('objects', name), { force: true })
      this.#reserve(-(study.objects.get(name)?.bytes ?? 0))
      study.objects.delete(name)
    }
  }

  async forget(study: SpooledStudy): Promise<void> {
    await this.remove(study, [...study.objects.keys()])
    await removeAtomic(study.folder)
    study.record = newRecord
    study.delivered.clear()
    if (study.senders === 0) this.studies.delete(study.key) // else an object waits for its turn, and makes the folder anew
  }

  async #commit(file: IncomingFile, name: string, studyInstanceUid: string | undefined): Promise<ReceivedObject> {
    if (studyInstanceUid === undefined) throw badObject('a Study Instance UID (0020,000D)', 'none')
    const studyKey = studyKeyOf(studyInstanceUid)
    const study = this.studies.get(studyKey) ?? new SpooledStudy(this.#studies, studyKey, this.#quietMs)
    this.studies.set(studyKey, study)
    study.senders++
    try {
      await study.alone(() => this.#take(study, file, name))
    } finally {
      study.senders--
      if (study.senders === 0 && study.state() === undefined) this.studies.delete(studyKey)
    }
    for (const listener of this.#listeners) listener()
    return { studyInstanceUid, studyKey, bytes: file.bytes }
  }

  async #take(study: SpooledStudy, { path, bytes }: IncomingFile, name: string): Promise<void> {
    this.#assertRoom(study, name)
    const folder = study.path('objects')
    await flushMadeFolders(await mkdir(folder, { recursive: true, mode: 0o700 }), folder)
    // Who sends a study again after a failure wants it tried again. Before the file has its place: a full disk refuses the object whole.
    if (study.record.failure !== null) await study.save({ ...study.record, failure: null, attempt: null })
    study.notBeforeMs = 0
    const now = new Date()
    await utimes(path, now, now) // when the sender ended, whatever the clock of the file system
    await rename(path, join(folder, name))
    await flushFolder(folder)
    const before = study.objects.get(name)
    study.objects.set(name, { name, bytes, receivedMs: now.getTime() })
    if (before) this.#reserve(-before.bytes)
  }

  #assertRoom(study: SpooledStudy, name: string): void {
    const { objectsPerStudy, waitingStudies } = this.#limits
    if (study.objects.size >= objectsPerStudy && !study.objects.has(name)) {
      const message = `Expected at most ${objectsPerStudy} objects for a study but received more. Raise the limit, or send fewer.`
      throw new StudyError('too-many-objects', message, { limit: objectsPerStudy })
    }
    if (study.isPending) return
    const waiting = [...this.studies.values()].filter(({ isPending }) => isPending).length
    if (waiting >= waitingStudies) {
      const message = `Expected at most ${waitingStudies} waiting studies but received another one. Send it again later.`
      throw new StudyError('spool-full', message, { limit: waitingStudies })
    }
  }

  #reserve(bytes: number): void {
    if (bytes > 0 && this.#bytes + bytes > this.#limits.spoolBytes) {
      const message = `Expected at most ${this.#limits.spoolBytes} bytes in the spool but received more. Send the object again later.`
      throw new StudyError('spool-full', message, { limit: this.#limits.spoolBytes })
    }
    this.#bytes += bytes
  }

  get #incoming(): string {
    return join(this.folder, 'incoming')
  }

  get #studies(): string {
    return join(this.folder, 'studies')
  }
}
