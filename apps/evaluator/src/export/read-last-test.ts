import { existsSync } from 'node:fs'
import { readTestResult, runPaths, type TestResult } from '@mammokit/training-run'

/** The result of the test set, of the validation set where there is no other, or null before the test. */
export async function readLastTest(run: string): Promise<TestResult | null> {
  const subset = (['test', 'val'] as const).find((name) => existsSync(runPaths(run).test(name)))
  return subset === undefined ? null : readTestResult(run, subset)
}
