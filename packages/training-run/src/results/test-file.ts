import { readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
import { evaluationLock, withFolderLock } from '../lock/lock-folder.ts'
import { parseRunJson } from '../parse-run-json.ts'
import { commandFor, runPaths } from '../run-paths.ts'
import { type TestedSubset, type TestResult, testResultSchema } from '../schema/test-result.ts'
import { TrainingRunError } from '../training-run-error.ts'
import { hashTests, historyPlace } from './history-line.ts'
import { completeTestHistory, readTestHistory } from './test-history.ts'

/**
 * Reads the result of the test of a subset, runs/<run>/test.json or test-val.json, and checks it against test-history.jsonl.
 *
 * @throws FileError not-found; TrainingRunError file-invalid, file-altered, history-altered
 */
export async function readTestResult(run: string, subset: TestedSubset = 'test'): Promise<TestResult> {
  const path = runPaths(run).test(subset)
  const command = commandFor('test', run, subset)
  const text = await readInputFile(path, `Test first: ${command}.`)
  const advice = `Restore the file, or test again: ${command} --again.`
  const result = parseRunJson(testResultSchema, text.toString('utf8'), path, advice)
  const { sha256: hash } = historyPlace(result, result.history)
  if (result.subset !== subset || hash !== result.history.sha256) {
    throw new TrainingRunError(
      'file-altered',
      `Expected the content of ${path} as it was written (${result.history.sha256.slice(0, 16)}) but received other content (${hash.slice(0, 16)}). ${advice}`,
      { path, expected: result.history.sha256, received: hash },
    )
  }
  await readTestHistory(run)
  return result
}

/**
 * Writes the result of a test, appends it to test-history.jsonl, and returns it with its place there.
 *
 * @throws TrainingRunError run-in-use where another process writes a result of the run now
 */
export function writeTestResult(run: string, content: Omit<TestResult, 'history'>): Promise<TestResult> {
  return withFolderLock(run, { doing: 'tests', name: evaluationLock }, async () => {
    const lines = await completeTestHistory(run)
    const history = historyPlace(content, { test: lines.length + 1, earlier: hashTests(lines) })
    const result = testResultSchema.parse({ ...content, history })
    // The result comes first, and the line is made from it: a kill in between loses neither.
    await writeJsonAtomic(runPaths(run).test(content.subset), result)
    await completeTestHistory(run)
    return result
  })
}
