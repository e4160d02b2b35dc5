/** The table that the demo ends with, from the files that `evaluator select` and `evaluator test` wrote. */

interface Figure {
  readonly value: number
  readonly low: number
  readonly high: number
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

export function summarise(selection: SelectionFile, test: TestFile): string {
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
  return `${value.toFixed(3)}  [${low.toFixed(3)}, ${high.toFixed(3)}]`
}
