import type { DataSetProblem, DataSetProblemCode } from './data-set-image.ts'

/** Collects what an adapter meets on its way. */
export class ProblemList {
  readonly all: DataSetProblem[] = []
  readonly #known = new Set<string>()

  /** Adds a problem once, however many images it touches. */
  add(code: DataSetProblemCode, message: string, path: string, line: number | null = null): void {
    const key = JSON.stringify([code, message, path, line])
    if (this.#known.has(key)) return
    this.#known.add(key)
    this.all.push({ code, message, path, line })
  }

  /** Adds a problem for each row about the same image or breast that has another value of a column than the first. */
  compare(
    rows: readonly { readonly line: number; readonly cells: Readonly<Record<string, string>> }[],
    columns: readonly string[],
    path: string,
  ): void {
    const [first, ...others] = rows
    for (const { cells, line } of others) {
      for (const column of columns) {
        const [before, now] = [first!.cells[column], cells[column]]
        if (before?.trim() === now?.trim()) continue
        const message = `${column} ${JSON.stringify(now)}, but ${JSON.stringify(before)} on line ${first!.line}`
        this.add('contradictory-label', message, path, line)
      }
    }
  }

  /** The value, or null with a problem where it is none that the set defines. */
  known<Value>(value: Value | undefined, column: string, cell: string, path: string, line: number): Value | null {
    if (value !== undefined) return value
    this.add('unknown-value', `${column} ${JSON.stringify(cell)}`, path, line)
    return null
  }
}
