/** The test set is used once: a second time needs the user's word, and is counted. */
import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { readTestResult, runPaths, type Selection, type TestResult } from '@mammokit/training-run'
import type { TestedSubset, TestHistoryLine } from '@mammokit/training-run/schema'
import { EvaluatorError } from '../evaluator-error.ts'

const warning = 'A test set that is used to choose is a validation set. To test anyway, pass --again; it is counted.'

/**
 * The result of the same selection, where there is one in `folder`; undefined where nothing was tested there.
 *
 * @throws EvaluatorError `tested-already` where another selection was tested, or the result of a test is gone
 */
export async function readEarlierTest(
  folder: string,
  subset: TestedSubset,
  selection: Selection,
  history: readonly TestHistoryLine[],
): Promise<TestResult | undefined> {
  const path = runPaths(folder).test(subset)
  if (!existsSync(path)) {
    assertUntested(history, subset, folder)
    return undefined
  }
  const earlier = await readTestResult(folder, subset)
  assertSameSelection(earlier, selection, path)
  return earlier
}

export function isSameSelection(result: TestResult, selection: Selection): boolean {
  const keys = ['checkpointHash', 'threshold', 'aggregation'] as const
  const isSame = keys.every((key) => result[key] === selection[key])
  return isSame && isDeepStrictEqual(result.calibration, selection.calibration)
}

/** @throws EvaluatorError `tested-already` where the earlier test was of another checkpoint, threshold or aggregation. */
function assertSameSelection(earlier: TestResult, selection: Selection, path: string): void {
  if (isSameSelection(earlier, selection)) return
  throw new EvaluatorError(
    'tested-already',
    `Expected a run that was not tested but received ${earlier.checkpoint} at threshold ${earlier.threshold.toFixed(4)} in ${path}, while ${selection.checkpoint} at ${selection.threshold.toFixed(4)} is selected now. ${warning}`,
    { path, tested: earlier.checkpoint, selected: selection.checkpoint },
  )
}

/** @throws EvaluatorError `tested-already` where the history has a test whose result is gone. */
function assertUntested(history: readonly TestHistoryLine[], subset: TestedSubset, run: string): void {
  const earlier = history.filter((line) => line.subset === subset)
  const last = earlier.at(-1)
  if (last === undefined) return
  const { test, testHistory } = runPaths(run)
  throw new EvaluatorError(
    'tested-already',
    `Expected a run that was not tested on ${subset} but received ${earlier.length} ${earlier.length === 1 ? 'test' : 'tests'} in ${testHistory}, the last of ${last.checkpoint} on ${last.at.slice(0, 10)}, whose result ${test(subset)} is gone. Restore that file. ${warning}`,
    { run, subset, tests: earlier.length },
  )
}
