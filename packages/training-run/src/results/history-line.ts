/** A test as a line of test-history.jsonl: a function of its result alone, so that a line that a kill prevented can be written later. */
import { createHash } from 'node:crypto'
import { type TestHistoryLine, testHistoryLineSchema } from '../schema/test-history.ts'
import { type TestResult, testResultSchema } from '../schema/test-result.ts'

const contentSchema = testResultSchema.omit({ history: true })

export interface HistoryPlace {
  readonly test: number
  readonly previous: string | null
}

/** The line of a result at its place in the history. */
export function historyLine(result: Omit<TestResult, 'history'>, { test, previous }: HistoryPlace): TestHistoryLine {
  const content = contentSchema.parse(result)
  const { pf1AtThreshold, pf1, rocAuc, averagePrecision, sensitivity, specificity, brier } = content
  const figures = { pf1AtThreshold, pf1, rocAuc, averagePrecision, sensitivity, specificity, brier }
  return testHistoryLineSchema.parse({
    ...content,
    test,
    at: content.testedAt,
    resultSha256: sha256(JSON.stringify(content)),
    figures: Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value])),
    previous,
  })
}

/** SHA-256 of a line as it stands in the file, without its line break. */
export function hashLine(line: TestHistoryLine): string {
  return sha256(JSON.stringify(line))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
