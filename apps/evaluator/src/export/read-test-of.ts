import { existsSync } from 'node:fs'
import { readTestResult, runPaths, type Selection, type TestResult } from '@mammokit/training-run'
import { isSameSelection } from '../test/tested-once.ts'

/** The result of this selection on the test set, on the validation set where there is no other; null where it was not tested. */
export async function readTestOf(run: string, selection: Selection): Promise<TestResult | null> {
  for (const subset of ['test', 'val'] as const) {
    if (!existsSync(runPaths(run).test(subset))) continue
    const result = await readTestResult(run, subset)
    if (isSameSelection(result, selection)) return result
  }
  return null
}
