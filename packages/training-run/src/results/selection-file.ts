import { readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
import { evaluationLock, withFolderLock } from '../lock/lock-folder.ts'
import { runPaths } from '../run-paths.ts'
import { type Selection, selectionSchema } from '../schema/selection.ts'
import { hashContent, parseHashed, withContentHash } from './content-hash.ts'

/**
 * Reads runs/<run>/selection.json.
 *
 * @param options.checkContent whether a file that was edited is refused; without, the caller has to check it
 * @throws FileError not-found; TrainingRunError file-invalid, file-altered
 */
export async function readSelection(
  run: string,
  { checkContent = true }: { readonly checkContent?: boolean } = {},
): Promise<Selection> {
  const path = runPaths(run).selection
  const command = `mammokit-evaluator select --run ${run}`
  const text = await readInputFile(path, `Select first: ${command}.`)
  return parseHashed(selectionSchema, text.toString('utf8'), {
    path,
    advice: `Select again: ${command}.`,
    checkContent,
  })
}

/**
 * Writes runs/<run>/selection.json with the hash of its content, and returns it.
 *
 * @throws TrainingRunError run-in-use where another process writes a result of the run now
 */
export async function writeSelection(run: string, content: Omit<Selection, 'contentSha256'>): Promise<Selection> {
  const selection = withContentHash(selectionSchema, content)
  const options = { doing: 'selects', name: evaluationLock }
  await withFolderLock(run, options, () => writeJsonAtomic(runPaths(run).selection, selection))
  return selection
}

/** The hash that an unaltered selection has as `contentSha256`. */
export function selectionContentSha256(selection: Omit<Selection, 'contentSha256'>): string {
  return hashContent(selectionSchema, selection)
}
