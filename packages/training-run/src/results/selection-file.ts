import { createHash } from 'node:crypto'
import { readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
import { evaluationLock, withFolderLock } from '../lock/lock-folder.ts'
import { parseRunJson } from '../parse-run-json.ts'
import { runPaths } from '../run-paths.ts'
import { type Selection, selectionSchema } from '../schema/selection.ts'
import { TrainingRunError } from '../training-run-error.ts'

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
  const selection = parseRunJson(selectionSchema, text.toString('utf8'), path, `Select again: ${command}.`)
  const hash = selectionContentSha256(selection)
  if (!checkContent || hash === selection.contentSha256) return selection
  throw new TrainingRunError(
    'file-altered',
    `Expected the content of ${path} as it was written (${selection.contentSha256.slice(0, 16)}) but received other content (${hash.slice(0, 16)}). Select again: ${command}.`,
    { path, expected: selection.contentSha256, received: hash },
  )
}

/**
 * Writes runs/<run>/selection.json with the hash of its content, and returns it.
 *
 * @throws TrainingRunError run-in-use where another process writes a result of the run now
 */
export async function writeSelection(run: string, content: Omit<Selection, 'contentSha256'>): Promise<Selection> {
  const selection = selectionSchema.parse({ ...content, contentSha256: selectionContentSha256(content) })
  const options = { doing: 'selects', name: evaluationLock }
  await withFolderLock(run, options, () => writeJsonAtomic(runPaths(run).selection, selection))
  return selection
}

/** The hash that an unaltered selection has as `contentSha256`. */
export function selectionContentSha256(selection: Omit<Selection, 'contentSha256'>): string {
  const content = selectionSchema.omit({ contentSha256: true }).parse(selection)
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
