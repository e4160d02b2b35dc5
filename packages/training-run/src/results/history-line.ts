/** A test as a line of test-history.jsonl: made from its result, so that a line that a kill prevented can be written later. */
import { createHash } from 'node:crypto'
import { type TestHistoryLine, testHistoryLineSchema } from '../schema/test-history.ts'
import { type TestResult, testResultSchema } from '../schema/test-result.ts'

const contentSchema = testResultSchema.omit({ history: true })

/** The line of a result that is the next one after `before`. */
export function historyLine(
  result: Omit<TestResult, 'history'>,
  before: readonly TestHistoryLine[],
  at: Date,
): TestHistoryLine {
  const content = contentSchema.parse(result)
  const { pf1AtThreshold, pf1, rocAuc, averagePrecision, sensitivity, specificity, brier } = content
  const figures = { pf1AtThreshold, pf1, rocAuc, averagePrecision, sensitivity, specificity, brier }
  return testHistoryLineSchema.parse({
    ...content,
    test: before.length + 1,
    at: at.toISOString(),
    resultSha256: sha256(JSON.stringify(content)),
    figures: Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value])),
    previous: before.length === 0 ? null : hashLine(before.at(-1)!),
  })
}

/** SHA-256 of a line as it stands in the file, without its line break. */
export function hashLine(line: TestHistoryLine): string {
  return sha256(JSON.stringify(line))
}

/** SHA-256 of tests without their times, null for none: the same whenever they are made again. */
export function hashTests(lines: readonly TestHistoryLine[]): string | null {
  return lines.length === 0 ? null : sha256(JSON.stringify(lines.map(({ at, previous, ...test }) => test)))
}

/** The place of a result in the history, without its time, so that the same test gives the same bytes. */
export function historyPlace(
  result: Omit<TestResult, 'history'>,
  { test, earlier }: Omit<TestResult['history'], 'sha256'>,
): TestResult['history'] {
  return { test, earlier, sha256: sha256(JSON.stringify([contentSchema.parse(result), test, earlier])) }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
