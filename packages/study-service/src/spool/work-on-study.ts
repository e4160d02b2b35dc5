/** One try at a study: recorded before it begins, so that a study that ends the process is counted, and after it ends. */
import { replaceFolderAtomic } from '@mammokit/atomic-files'
import { StudyError } from '../study-error.ts'
import { isDiskFull } from './receive-object.ts'
import type { SpooledStudy } from './spooled-study.ts'
import type { StudyAnswer, StudyJob, WorkEvent } from './study-job.ts'
import { isSameSet } from './study-objects.ts'
import type { StudyRecord } from './study-record.ts'
import { missingOf } from './study-state.ts'

export interface TryOptions {
  readonly answer: (job: StudyJob) => Promise<StudyAnswer>
  readonly tries: number
  readonly timeoutSeconds: number
  readonly retrySeconds: number
  readonly onEvent: (event: WorkEvent) => void
  readonly stop: AbortSignal
}

type Attempt = NonNullable<StudyRecord['attempt']>

/** Never rejects: what goes wrong is in the study's record, or is tried again. */
export async function answerSpooledStudy(study: SpooledStudy, options: TryOptions): Promise<void> {
  const beganMs = performance.now()
  const tell = (kind: WorkEvent['kind'], code: string | null = null) =>
    options.onEvent({ kind, studyKey: study.key, code, durationMs: performance.now() - beganMs })
  try {
    const attempt = await study.alone(() => begin(study, options))
    if (attempt) {
      tell('working')
      const { number, given } = await makeAnswer(study, attempt, options)
      await study.alone(() => finish(study, attempt, number, given))
    }
    const { state, code } = study.state()!
    tell(state as 'answered', code)
  } catch (error) {
    study.isWorking = false
    const [kind, code] = await study.alone(() => recordError(study, error, options))
    tell(kind, code)
  }
}

/** Undefined for a study that gets no answer, which its record says. */
async function begin(study: SpooledStudy, { tries }: TryOptions): Promise<Attempt | undefined> {
  const { record, names: objects } = study
  const at = new Date().toISOString()
  const giveUp = (state: 'failed' | 'refused', code: string, reason: string) =>
    study.save({ ...record, attempt: null, failure: { objects, state, code, reason, at } })
  const missing = missingOf(record, objects)
  if (missing > 0) {
    const reason = `${missing} images of the earlier answer were removed, and an answer without them would be of less. Send the whole study again.`
    await giveUp('refused', 'incomplete', reason)
    return undefined
  }
  const before = record.attempt && isSameSet(record.attempt.objects, objects) ? record.attempt : null
  if (before !== null && before.tries >= tries) {
    await giveUp('failed', 'crashed', `The process ended ${before.tries} times while it worked on this study.`)
    return undefined
  }
  const attempt = { objects, tries: (before?.tries ?? 0) + 1, startedAt: before?.startedAt ?? at }
  await study.save({ ...record, attempt })
  study.isWorking = true
  return attempt
}

async function makeAnswer(study: SpooledStudy, { objects, startedAt }: Attempt, options: TryOptions) {
  const { answer, timeoutSeconds, stop } = options
  const number = (study.record.answer?.number ?? 0) + 1
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000)
  let given: StudyAnswer | undefined
  try {
    await replaceFolderAtomic(study.answerFolder(number), async (folder) => {
      const signal = AbortSignal.any([stop, timeout])
      signal.throwIfAborted() // an aborted signal fires no event for whoever waits for it
      given = await answer({
        studyKey: study.key,
        folder,
        reports: study.record.reports,
        now: new Date(startedAt),
        signal,
        files: objects.map((name) => study.path('objects', name)),
      })
    })
  } catch (error) {
    if (!timeout.aborted || stop.aborted) throw error
    const message = `Expected an answer within ${timeoutSeconds} s but received none. Raise the limit, or send fewer images.`
    throw new StudyError('timeout', message, { timeoutSeconds })
  }
  return { number, given: given! }
}

/** The answer counts from here. */
async function finish(study: SpooledStudy, { objects }: Attempt, number: number, given: StudyAnswer): Promise<void> {
  const { outcome, reason, reports } = given
  await study.save({
    ...study.record,
    attempt: null,
    answer: { number, outcome, reason, objects, answeredAt: new Date().toISOString(), removed: 'nothing' },
    failure: null,
    reports: [
      ...study.record.reports,
      ...reports.map((report) => ({ ...report, predecessors: [...report.predecessors] })),
    ],
  })
  study.isWorking = false
}

async function recordError(
  study: SpooledStudy,
  error: unknown,
  { tries, retrySeconds, stop }: TryOptions,
): Promise<[kind: 'failed' | 'retry', code: string]> {
  const { record } = study
  const attempt = record.attempt
  const again = async (code: string, isCounted: boolean): Promise<['retry', string]> => {
    study.notBeforeMs = Date.now() + retrySeconds * 1000 * 2 ** Math.min(8, (attempt?.tries ?? 1) - 1)
    if (attempt && !isCounted) {
      const less = attempt.tries > 1 ? { ...attempt, tries: attempt.tries - 1 } : null
      await study.save({ ...record, attempt: less }).catch(() => undefined) // the disk may be full for it, too
    }
    return ['retry', code]
  }
  if (stop.aborted) return again('stopped', false)
  if (isDiskFull(error)) return again('disk-full', false)
  const code = error instanceof StudyError && error.code === 'timeout' ? 'timeout' : 'error'
  if (code === 'error' && (attempt?.tries ?? 0) < tries) return again(code, true)
  const failure = {
    objects: attempt?.objects ?? study.names,
    state: 'failed' as const,
    code,
    reason: error instanceof Error ? error.message : String(error),
    at: new Date().toISOString(),
  }
  await study.save({ ...record, attempt: null, failure }).catch(() => again(code, true))
  return ['failed', code]
}
