/** How long to wait before trying again, and when to give up. */
import { setTimeout } from 'node:timers/promises'
import { isTransient } from './explain-failure.ts'

export interface RetryOptions {
  /** Failures in a row, without a byte between them, after which an error is final. */
  readonly retries: number
  /** Wait before the first new attempt, about; it doubles with each. */
  readonly baseDelayMs: number
  readonly signal?: AbortSignal | undefined
  onWait(seconds: number, error: Error): void
}

const maxDelayMs = 60_000
/** A server that asks for more is not waited for: the error says how long. */
const maxRetryAfterMs = 15 * 60_000

export class Retries {
  #failures = 0
  readonly #options: RetryOptions

  constructor(options: RetryOptions) {
    this.#options = options
  }

  /** Bytes came: failures before them do not count. */
  progressed(): void {
    this.#failures = 0
  }

  /** Waits where another attempt may help, and throws the error where it does not. */
  async afterFailure(error: unknown): Promise<void> {
    const { retries, baseDelayMs, signal, onWait } = this.#options
    signal?.throwIfAborted()
    if (!isTransient(error) || this.#failures >= retries) throw error
    const asked = Number(error.details.retryAfterSeconds ?? 0) * 1000
    if (asked > maxRetryAfterMs) throw error
    // Full jitter between half the delay and the whole, so that connections which failed together do not return together.
    const delay = Math.min(maxDelayMs, baseDelayMs * 2 ** this.#failures) * (0.5 + Math.random() / 2)
    this.#failures++
    const wait = Math.max(asked, delay)
    onWait(wait / 1000, error)
    await setTimeout(wait, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
  }
}
