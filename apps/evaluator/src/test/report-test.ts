import { formatTable } from '@mammokit/command-line'
import type { TestResult } from '@mammokit/training-run'
import { subgroupNotes } from './subgroup-notes.ts'

/** Says the main figures of a test on the terminal, and which attributes tell its groups apart. */
export function reportTest(
  result: Omit<TestResult, 'history' | 'selectionPredictionsSha256'>,
  line: (text: string) => void,
): void {
  const digits = (value: number | null) => value?.toFixed(4) ?? '-'
  const names = [
    'pf1AtThreshold',
    'pf1',
    'rocAuc',
    'averagePrecision',
    'sensitivityAtSpecificity95',
    'logLoss',
    'brier',
    'ece',
  ] as const
  line(
    `${result.checkpoint} at threshold ${digits(result.threshold)} on ${result.breasts} breasts of ${result.patients} patients of ${result.external?.name ?? result.subset}, ${result.positives} with cancer:`,
  )
  line(
    formatTable(
      ['figure', 'value', 'low', 'high'],
      names.map((name) => [name, ...[result[name].value, result[name].low, result[name].high].map(digits)]),
    ),
  )
  for (const note of subgroupNotes(result)) line(note)
}
