/** What a study in the spool is doing, from its objects and its record. */
import { imageOf, isSameSet } from './study-objects.ts'
import type { StudyRecord } from './study-record.ts'

/**
 * `received`: objects still come; `waiting`: it is complete; `working`; `answered`; `refused`: it is no study that gets an answer;
 * `failed`: it should have had one; `expired`: it had an answer, which was removed.
 */
export type StudyStateName = 'received' | 'waiting' | 'working' | 'answered' | 'refused' | 'failed' | 'expired'

/** What a study in the spool is doing. */
export interface StudyState {
  readonly state: StudyStateName
  /** For a program, of `failed` and `refused`: `timeout`, `crashed`, `error`, `incomplete`, `not-admitted`; else null. */
  readonly code: string | null
  /** Why, for people; it may name attributes of an image and belongs in no log. */
  readonly reason: string | null
  /** Objects on disk. */
  readonly objects: number
  readonly answeredAt: string | null
  /** Counted from 1: a late image gives another one; 0 without an answer. */
  readonly answerNumber: number
  /** With `result.json` of the newest answer, which an earlier state such as `working` has, too; null where there is none. */
  readonly folder: string | null
}

export interface StudyFacts {
  readonly names: readonly string[]
  readonly record: StudyRecord
  readonly isWorking: boolean
  readonly isQuiet: boolean
  readonly answerFolder: (number: number) => string
}

/** Undefined for a study of which there is nothing. */
export function stateOf({ names, record, isWorking, isQuiet, answerFolder }: StudyFacts): StudyState | undefined {
  const { answer, failure } = record
  const common = {
    objects: names.length,
    answeredAt: answer?.answeredAt ?? null,
    answerNumber: answer?.number ?? 0,
    folder: answer && answer.removed !== 'everything' ? answerFolder(answer.number) : null,
  }
  const plain = (state: StudyStateName) => ({ ...common, state, code: null, reason: null })
  if (isWorking) return plain('working')
  const isFailure = failure !== null && (names.length === 0 || isSameSet(failure.objects, names))
  if (failure !== null && isFailure)
    return { ...common, state: failure.state, code: failure.code, reason: failure.reason }
  if (pendingOf(record, names).length > 0) return plain(isQuiet ? 'waiting' : 'received')
  if (answer === null) return undefined
  if (answer.removed === 'everything') return plain('expired')
  if (answer.outcome === 'answered') return plain('answered')
  return { ...common, state: 'refused', code: 'not-admitted', reason: answer.reason }
}

/** The objects that the newest answer was not made of; all of them once that answer was removed. */
export function pendingOf({ answer }: StudyRecord, names: readonly string[]): string[] {
  const answered = new Set(answer?.removed === 'everything' ? [] : answer?.objects)
  return names.filter((name) => !answered.has(name))
}

/** How many images of the newest answer were removed and have not come again: an answer without them would be of less. */
export function missingOf({ answer }: StudyRecord, names: readonly string[]): number {
  if (answer === null || answer.removed === 'nothing') return 0
  const present = names.map(imageOf)
  // One image may come again with other bytes, and images may share a SOP Instance UID: as many must come as there were.
  const missing = answer.objects.map(imageOf).filter((image) => {
    const at = present.indexOf(image)
    if (at >= 0) present.splice(at, 1)
    return at < 0
  })
  return missing.length
}
