/** The example of a package's README: the first `js` block and the `text` block after it, which says what it prints. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { workspaceRoot } from './pack.ts'

export interface ReadmeExample {
  /** The packages that the README's `npm install` line names. */
  readonly packages: readonly string[]
  readonly code: string
  readonly output: string
}

/** Reads a package's README and takes its example out. @throws if there is no install line, or no `js` block followed by a `text` block. */
export async function readReadmeExample(folder: string): Promise<ReadmeExample> {
  const readme = await readFile(join(workspaceRoot, 'packages', folder, 'README.md'), 'utf8')
  const match = /```js\n([\s\S]*?)```\s*```text\n([\s\S]*?)```/.exec(readme)
  if (!match)
    throw new Error(`Expected a js block followed by a text block in packages/${folder}/README.md but found none.`)
  const install = /^npm install (.+)$/m.exec(readme)
  if (!install) throw new Error(`Expected a line "npm install ..." in packages/${folder}/README.md but found none.`)
  return { packages: install[1].split(' '), code: match[1], output: match[2].trimEnd() }
}

/** Runs the example as a program of `project` and returns what it printed. */
export async function runExample(example: ReadmeExample, project: string): Promise<string> {
  const file = join(project, 'example.mjs')
  await writeFile(file, example.code)
  const env = { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' }
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file], { cwd: project, env })
  return stdout.trimEnd()
}
