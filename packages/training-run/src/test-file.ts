import { readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
import { evaluationLock, withFolderLock } from './lock/lock-folder.ts'
import { parseRunJson } from './parse-run-json.ts'
import { runPaths } from './run-paths.ts'
import { type TestResult, testResultSchema } from './schema/test-result.ts'

/**
 * Reads runs/<run>/test.json.
 *
 * @throws FileError not-found; TrainingRunError file-invalid
 */
export async function readTestResult(run: string): Promise<TestResult> {
  const path = runPaths(run).test
  const text = await readInputFile(path, `Test first: mammokit-evaluator test --run ${run}`)
  return parseRunJson(testResultSchema, text.toString('utf8'), path)
}

/**
 * Writes runs/<run>/test.json.
 *
 * @throws TrainingRunError run-in-use where another process writes a result of the run now
 */
export function writeTestResult(run: string, result: TestResult): Promise<void> {
  const options = { doing: 'tests', name: evaluationLock }
  return withFolderLock(run, options, () => writeJsonAtomic(runPaths(run).test, result))
}
