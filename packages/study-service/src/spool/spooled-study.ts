/** A study in the spool: its objects, its record, and whose turn it is to change them. */
import { join } from 'node:path'
import type { SpooledObject } from './study-objects.ts'
import { newRecord, type StudyRecord, writeRecord } from './study-record.ts'
import { pendingOf, type StudyState, stateOf } from './study-state.ts'

/** A study in the spool; whoever changes it does so within `alone`. */
export class SpooledStudy {
  readonly key: string
  readonly folder: string
  readonly objects = new Map<string, SpooledObject>()
  record: StudyRecord = newRecord
  isWorking = false
  /** How many objects are on their way into it. */
  senders = 0
  /** Destinations and numbers of the answers that they have: what is on disk says so, too. */
  readonly delivered = new Set<string>()
  /** Time before which it is not tried again. */
  notBeforeMs = 0
  readonly #quietMs: number
  #last: Promise<unknown> = Promise.resolve()

  constructor(folder: string, key: string, quietMs: number) {
    this.key = key
    this.folder = join(folder, key)
    this.#quietMs = quietMs
  }

  /** Whether it has objects that are to be answered. */
  get isPending(): boolean {
    return this.record.failure === null && pendingOf(this.record, this.names).length > 0
  }

  /** Names of its objects, sorted. */
  get names(): string[] {
    return [...this.objects.keys()].sort()
  }

  /** When it is complete. */
  get quietMs(): number {
    return Math.max(...[...this.objects.values()].map(({ receivedMs }) => receivedMs + this.#quietMs))
  }

  /** When it is complete and may be tried. */
  get readyMs(): number {
    return Math.max(this.notBeforeMs, this.quietMs)
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }

  answerFolder = (number: number): string => this.path('answers', String(number))

  state(nowMs = Date.now()): StudyState | undefined {
    const { names, record, isWorking, answerFolder } = this
    const isQuiet = this.quietMs <= nowMs
    return stateOf({ names, record, isWorking, isQuiet, answerFolder })
  }

  /** Runs what changes a study after what changed it before. */
  alone<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(change)
    this.#last = done.catch(() => undefined)
    return done
  }

  async save(record: StudyRecord): Promise<void> {
    await writeRecord(this.path('study.json'), record)
    this.record = record
  }
}
