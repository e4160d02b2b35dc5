/** The evaluator's page, built as `npm run page` does. */
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { workspaceRoot } from '../packages/pack.ts'

/**
 * Builds in a process of its own, which reads the packages as they were built.
 *
 * @param folder where index.html and all that it needs are put
 */
export async function buildStudyPage(folder: string): Promise<void> {
  const vite = join(dirname(fileURLToPath(import.meta.resolve('vite/package.json'))), 'bin', 'vite.js')
  const root = join('apps', 'evaluator', 'web')
  const args = [vite, 'build', root, '--outDir', folder, '--emptyOutDir', '--logLevel', 'error']
  await promisify(execFile)(process.execPath, args, { cwd: workspaceRoot })
}
