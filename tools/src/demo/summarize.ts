/** The table that the demo ends with, from the files that `evaluator select` and `evaluator test` wrote. */

/** A figure with its 95 % interval; null where the test set leaves it undefined. */
interface Figure {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface SelectionFile {
  readonly checkpoint: string
  readonly threshold: number
}

export interface TestFile {
  readonly pf1: Figure
  readonly pf1AtThreshold: Figure
  readonly rocAuc: Figure
}

export function summarize(selection: SelectionFile, test: TestFile): string {
  const rows: readonly (readonly [string, string])[] = [
    ['checkpoint', selection.checkpoint],
    ['threshold', selection.threshold.toFixed(4)],
    ['ROC AUC', format(test.rocAuc)],
    ['pF1 of the probabilities', format(test.pf1)],
    ['pF1 at the threshold', format(test.pf1AtThreshold)],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
  return ['Test set, per breast, with 95 % intervals over patients:', ...lines].join('\n')
}

function format({ value, low, high }: Figure): string {
  const [shown, from, to] = [value, low, high].map((number) => number?.toFixed(3) ?? 'undefined')
  return `${shown}  [${from}, ${to}]`
}
