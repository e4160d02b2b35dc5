import { readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
import { evaluationLock, withFolderLock } from './lock/lock-folder.ts'
import { parseRunJson } from './parse-run-json.ts'
import { runPaths } from './run-paths.ts'
import { type Selection, selectionSchema } from './schema/selection.ts'

/**
 * Reads runs/<run>/selection.json.
 *
 * @throws FileError not-found; TrainingRunError file-invalid
 */
export async function readSelection(run: string): Promise<Selection> {
  const path = runPaths(run).selection
  const text = await readInputFile(path, `Select first: mammokit-evaluator select --run ${run}`)
  return parseRunJson(selectionSchema, text.toString('utf8'), path)
}

/**
 * Writes runs/<run>/selection.json.
 *
 * @throws TrainingRunError run-in-use where another process writes a result of the run now
 */
export function writeSelection(run: string, selection: Selection): Promise<void> {
  const options = { doing: 'selects', name: evaluationLock }
  return withFolderLock(run, options, () => writeJsonAtomic(runPaths(run).selection, selection))
}
