/** Runs what tensors wait for, at once or later. Errors are kept for whoever reads: nobody could catch one that a flush at an await throws. */
import type { Storage } from '../memory/storage.ts'
import { attemptsAfter } from './attempts-after.ts'
import { type Attempt, type Outcome, type PendingRun, settle } from './pending-run.ts'
import type { SessionCache } from './session-cache.ts'

/** With sessions that are synchronous. */
export function runNow(run: PendingRun, sessions: SessionCache): void {
  const { results, failure } = attemptNow(run, sessions)
  if (results !== undefined) {
    settle(run, results)
    return
  }
  const attempts = attemptsAfter(run, failure)
  for (let next = attempts.next(); !next.done; ) next = attempts.next(attemptNow(next.value, sessions))
}

export async function runLater(run: PendingRun, sessions: SessionCache): Promise<void> {
  const { results, failure } = await attemptLater(run, sessions)
  if (results !== undefined) {
    settle(run, results)
    return
  }
  const attempts = attemptsAfter(run, failure)
  for (let next = attempts.next(); !next.done; ) next = attempts.next(await attemptLater(next.value, sessions))
}

function attemptNow({ graph, sources }: Attempt, sessions: SessionCache): Outcome {
  try {
    return { results: sessions.compute(graph, sources) as Storage[] }
  } catch (failure) {
    return { failure }
  }
}

async function attemptLater({ graph, sources }: Attempt, sessions: SessionCache): Promise<Outcome> {
  const failed = sources.find(({ failure }) => failure !== undefined)
  if (failed !== undefined) return { failure: failed.failure }
  try {
    return { results: await sessions.compute(graph, sources) }
  } catch (failure) {
    return { failure }
  }
}
