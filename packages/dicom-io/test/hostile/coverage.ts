/** Which code of this package has run, as V8 counts it. */
import { type Profiler, Session } from 'node:inspector'

/** Counts the blocks of source files whose path matches `pattern`, from `start` to `stop`. */
export class Coverage {
  readonly #session = new Session()
  readonly #pattern: RegExp
  readonly #seen = new Set<string>()

  constructor(pattern: RegExp) {
    this.#pattern = pattern
  }

  start(): void {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    this.takeNews()
  }

  /** How many blocks there are that have run never before, or never about as often, since the last call. */
  takeNews(): number {
    const before = this.#seen.size
    this.#session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error) throw error
      for (const script of coverage.result) if (this.#pattern.test(script.url)) this.#add(script)
    })
    return this.#seen.size - before
  }

  stop(): void {
    this.#session.disconnect()
  }

  #add({ url, functions }: Profiler.ScriptCoverage): void {
    for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
      const often = Math.min(6, Math.ceil(Math.log2(count + 1)))
      if (count > 0) this.#seen.add(`${url} ${startOffset} ${endOffset} ${often}`)
    }
  }
}
