/** Works on the complete studies of a spool, one at a time, the one that waits longest first. */
import { StudyError } from '../study-error.ts'
import type { Spool } from './open-spool.ts'
import { type Retention, tidyStudy } from './retention.ts'
import type { StudyAnswer, StudyJob, WorkEvent } from './study-job.ts'
import { answerSpooledStudy } from './work-on-study.ts'

/** How a study is answered, tried again and kept. */
export interface WorkOptions extends Partial<Retention> {
  readonly answer: (job: StudyJob) => Promise<StudyAnswer>
  /** Times that a study is begun before it is given up. @default 3 */
  readonly tries?: number
  /** Time for one study. @default 1800 */
  readonly timeoutSeconds?: number
  /** Wait before the second try, doubled for each further one. @default 5 */
  readonly retrySeconds?: number
  readonly onEvent?: (event: WorkEvent) => void
}

/** A loop that answers studies until it is stopped. */
export interface WorkLoop {
  /** Ends the work at hand, which begins anew with the next loop; resolves when nothing is written any more. */
  stop(): Promise<void>
  /** Rejects when the loop itself fails; resolves after `stop`. */
  readonly ended: Promise<void>
}

/** How often studies are looked through for what may be removed. */
const tidyMs = 60_000

/**
 * @throws {StudyError} `bad-option`
 * @example
 * const loop = startWorkLoop(spool, { answer: async ({ files, folder }) => answerInto(folder, files) })
 * process.once('SIGTERM', () => loop.stop())
 */
export function startWorkLoop(spool: Spool, options: WorkOptions): WorkLoop {
  const { answer, tries = 3, timeoutSeconds = 1800, retrySeconds = 5, onEvent = () => {} } = options
  const { keepDays = 7, keepResultDays = 30, keepRecordDays = 365, isDelivered = async () => true } = options
  const numbers = { tries, timeoutSeconds, retrySeconds, keepDays, keepResultDays, keepRecordDays }
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isFinite(value) && (value > 0 || (value === 0 && name.startsWith('keep')))) continue
    const message = `Expected a positive number for ${name} but received ${value}. Leave it out for the default.`
    throw new StudyError('bad-option', message, { name, value })
  }
  const retention = { keepDays, keepResultDays, keepRecordDays, isDelivered }
  const stop = new AbortController()
  const bell = createBell()
  const remove = spool.onReceived(bell.ring)
  const ended = run().finally(remove)
  ended.catch(() => undefined) // whoever started it may await it
  return {
    ended,
    async stop() {
      stop.abort()
      bell.ring()
      await ended
    },
  }

  async function run(): Promise<void> {
    let tidiedMs = Number.NEGATIVE_INFINITY
    while (!stop.signal.aborted) {
      if (Date.now() - tidiedMs > tidyMs) {
        tidiedMs = Date.now()
        for (const study of [...spool.studies.values()]) await tidyStudy(spool, study, retention)
      }
      const waiting = [...spool.studies.values()].filter(({ isPending }) => isPending)
      const next = waiting.sort((a, b) => a.readyMs - b.readyMs)[0]
      const waitMs = Math.min(tidyMs, next ? next.readyMs - Date.now() : tidyMs)
      if (next === undefined || waitMs > 0) await bell.wait(waitMs)
      else {
        await answerSpooledStudy(next, { answer, tries, timeoutSeconds, retrySeconds, onEvent, stop: stop.signal })
        await tidyStudy(spool, next, retention)
      }
    }
  }
}

/** A wait that ends early when it rings. */
function createBell() {
  let wake: (() => void) | undefined
  let hasRung = false
  return {
    ring: () => {
      hasRung = true
      wake?.()
    },
    async wait(ms: number): Promise<void> {
      if (!hasRung) {
        let timer: NodeJS.Timeout | undefined
        await new Promise<void>((resolve) => {
          wake = resolve
          timer = setTimeout(resolve, ms)
        })
        clearTimeout(timer)
      }
      hasRung = false
    },
  }
}
