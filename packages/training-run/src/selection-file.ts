import { readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
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

/** Writes runs/<run>/selection.json. */
export function writeSelection(run: string, selection: Selection): Promise<void> {
  return writeJsonAtomic(runPaths(run).selection, selection)
}
