/** The test set is used once: a second time needs the user's word, and is counted. */
import { isDeepStrictEqual } from 'node:util'
import { runPaths, type Selection, type TestResult } from '@mammokit/training-run'
import type { TestedSubset, TestHistoryLine } from '@mammokit/training-run/schema'
import { EvaluatorError } from '../evaluator-error.ts'

const warning = 'A test set that is used to choose is a validation set. To test anyway, pass --again; it is counted.'

/** @throws EvaluatorError `tested-already` where the earlier test was of another checkpoint, threshold or aggregation. */
export function assertSameSelection(earlier: TestResult, selection: Selection, path: string): void {
  if (isSameSelection(earlier, selection)) return
  throw new EvaluatorError(
    'tested-already',
    `Expected a run that was not tested but received ${earlier.checkpoint} at threshold ${earlier.threshold.toFixed(4)} in ${path}, while ${selection.checkpoint} at ${selection.threshold.toFixed(4)} is selected now. ${warning}`,
    { path, tested: earlier.checkpoint, selected: selection.checkpoint },
  )
}

export function isSameSelection(result: TestResult, selection: Selection): boolean {
  const keys = ['checkpointHash', 'threshold', 'aggregation'] as const
  const isSame = keys.every((key) => result[key] === selection[key])
  return isSame && isDeepStrictEqual(result.calibration, selection.calibration)
}

/** @throws EvaluatorError `tested-already` where the history has a test whose result is gone. */
export function assertUntested(history: readonly TestHistoryLine[], subset: TestedSubset, run: string): void {
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
