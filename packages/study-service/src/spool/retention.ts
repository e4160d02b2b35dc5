/** What is removed of a study, and when: pixels after `keepDays`, answers after `keepResultDays`, that it was here after `keepRecordDays`. */
import { readdir, rm } from 'node:fs/promises'
import { removeAtomic } from '@mammokit/atomic-files'
import type { Spool } from './open-spool.ts'
import type { SpooledStudy } from './spooled-study.ts'
import { unreadableRecord } from './study-record.ts'

export interface Retention {
  /** Days that pixels (objects, overlays, captures) stay after an answer; with 0 they are removed at once. @default 7 */
  readonly keepDays: number
  /** Days that an answer stays. @default 30 */
  readonly keepResultDays: number
  /** Days that it stays known, after the last of those, that a study was answered or failed, and as which reports. @default 365 */
  readonly keepRecordDays: number
  /** Whether the DICOM objects of an answer were sent to whom they are for; they stay until then. */
  readonly isDelivered: (study: SpooledStudy, answerNumber: number) => Promise<boolean>
}

const dayMs = 86_400_000

/** Removes expired data; what is left over, for example after a kill, is removed by the next call. Never rejects. */
export async function tidyStudy(spool: Spool, study: SpooledStudy, retention: Retention): Promise<void> {
  try {
    await study.alone(async () => {
      if (study.isWorking) return
      await removeOtherAnswers(study, retention)
      await removeFailed(spool, study, retention)
      await removeAnswered(spool, study, retention)
      await removeRecord(spool, study, retention)
    })
  } catch {
    // A disk that refuses now may not the next time.
  }
}

/** Answers before the newest, and one that was not finished. */
async function removeOtherAnswers(study: SpooledStudy, { isDelivered }: Retention): Promise<void> {
  if (study.record.failure?.code === unreadableRecord) return // which of them count is not known
  const newest = study.record.answer?.number ?? 0
  for (const number of await answersOf(study)) {
    if (number > newest || (number < newest && (await isDelivered(study, number))))
      await removeAtomic(study.answerFolder(number))
  }
}

async function removeFailed(spool: Spool, study: SpooledStudy, { keepDays }: Retention): Promise<void> {
  const { failure } = study.record
  if (failure === null || isBefore(failure.at, Math.max(1, keepDays))) return
  await removeObjects(spool, study)
}

async function removeAnswered(spool: Spool, study: SpooledStudy, retention: Retention): Promise<void> {
  const { keepDays, keepResultDays, isDelivered } = retention
  const { answer, failure } = study.record
  // The objects of a failure stay for their own time, and the answer before it with them.
  if (answer === null || (failure !== null && study.objects.size > 0) || study.isPending) return
  // What comes again may be the first image of a whole study with another one.
  if (study.quietMs > Date.now()) return
  const takesAll = !isBefore(answer.answeredAt, Math.max(keepDays, keepResultDays))
  if (!takesAll && isBefore(answer.answeredAt, keepDays) && answer.removed === 'nothing') return
  await removeObjects(spool, study)
  // After the objects: with them here, a study without an answer is answered again.
  if (takesAll) await markRemoved(study, 'everything')
  if (!(await isDelivered(study, answer.number))) return
  if (takesAll) await rm(study.path('answers'), { recursive: true, force: true })
  else for (const part of ['overlays', 'dicom']) await removeAtomic(`${study.answerFolder(answer.number)}/${part}`)
}

/** The whole folder of a study of which nothing else is left; what was not delivered yet is something. */
async function removeRecord(spool: Spool, study: SpooledStudy, retention: Retention): Promise<void> {
  const { keepDays, keepResultDays, keepRecordDays } = retention
  const { answer, failure } = study.record
  if (study.objects.size > 0 || study.senders > 0) return
  if (answer !== null && answer.removed !== 'everything') return
  const days = Math.max(1, keepDays, keepResultDays) + keepRecordDays
  if ([answer?.answeredAt, failure?.at].some((since) => since !== undefined && isBefore(since, days))) return
  if (failure?.code !== unreadableRecord && (await answersOf(study)).length > 0) return
  await spool.forget(study)
}

/** The record says so first: an answer of the images that come later would be of less than the one before. */
async function removeObjects(spool: Spool, study: SpooledStudy): Promise<void> {
  if (study.record.answer?.removed === 'nothing') await markRemoved(study, 'pixels')
  await spool.remove(study, [...study.objects.keys()])
}

async function markRemoved(study: SpooledStudy, removed: 'pixels' | 'everything'): Promise<void> {
  const { answer } = study.record
  if (answer && answer.removed !== removed) await study.save({ ...study.record, answer: { ...answer, removed } })
}

/** Numbers of the answers on disk. */
export async function answersOf(study: SpooledStudy): Promise<number[]> {
  const names = await readdir(study.path('answers')).catch(() => [])
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}

function isBefore(since: string, days: number): boolean {
  return Date.now() < Date.parse(since) + days * dayMs
}
