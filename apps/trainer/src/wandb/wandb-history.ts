/** Lines of history as Weights & Biases takes them: one for each step, whatever was logged there. */

/** A line of metrics.jsonl; null is an undefined figure. */
export interface LoggedLine {
  readonly kind: string
  readonly epoch: number
  readonly step: number
  readonly values: Readonly<Record<string, unknown>>
}

export interface WandbHistory {
  /** Takes a line of the log, and gives the line of the step before where that is over; `at` is when it was written, ms, if that is known. */
  add(line: LoggedLine, at?: number): readonly string[]
  /** The last step. */
  end(): readonly string[]
  /** The last value of each figure so far. */
  summary(): string
}

/** @param startedAt when the run began, ms since 1970 */
export function createHistory(startedAt: number): WandbHistory {
  let pending: Record<string, number> | undefined
  const last: Record<string, number> = {}

  function end(): readonly string[] {
    if (pending === undefined) return []
    const line = JSON.stringify(pending)
    Object.assign(last, pending)
    pending = undefined
    return [line]
  }

  return {
    add({ kind, epoch, step, values }, at) {
      const done = pending?._step === step ? [] : end()
      const figures = Object.entries(values).flatMap(([name, value]) =>
        typeof value === 'number' && Number.isFinite(value) ? [[`${kind}/${name}`, value] as const] : [],
      )
      const clock = at === undefined ? {} : { _timestamp: at / 1000, _runtime: (at - startedAt) / 1000 }
      pending = { ...pending, ...Object.fromEntries(figures), epoch, _step: step, ...clock }
      return done
    },
    end,
    summary: () => JSON.stringify(last),
  }
}
