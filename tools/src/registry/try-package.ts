/** One package or app as a stranger meets it: an empty project, `npm install`, the README's example or the app's help. */
import { execFile } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { workspaceRoot } from '../packages/pack.ts'
import { readReadmeExample } from '../packages/readme-example.ts'

const run = promisify(execFile)

export interface Trial {
  readonly project: string
  /** Those of Node.js and npm. */
  readonly versions: string
  /** How long `npm install` took. */
  readonly seconds: number
  /** The size of node_modules. */
  readonly sizeMb: number
  readonly failure: string | undefined
}

/** Installs with the `npm` of `env` and runs with its `node`. What npm warns of on our account is a failure. */
export async function tryPackage(project: string, env: NodeJS.ProcessEnv): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-stranger-'))
  const options = { cwd: folder, env: { ...env, FORCE_COLOR: '0', NO_COLOR: '1' } }
  const versions = (await run('sh', ['-c', 'echo "Node $(node --version), npm $(npm --version)"'], options)).stdout
  const start = performance.now()
  let seconds = 0
  let failure: string | undefined
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
    const { packages, check } = await howToUse(project)
    const { stdout, stderr } = await run('npm', ['install', '--no-audit', '--no-fund', ...packages], options)
    seconds = (performance.now() - start) / 1000
    failure = warningsOf(stdout + stderr) ?? (await check(options))
  } catch (error) {
    failure = (error as Error).message
  }
  const sizeMb = sizeOf(join(folder, 'node_modules')) / 1e6
  rmSync(folder, { recursive: true, force: true })
  return { project, versions: versions.trim(), seconds, sizeMb, failure }
}

type Options = { readonly cwd: string; readonly env: NodeJS.ProcessEnv }

/** What to install, and a function that says what is wrong with it. */
async function howToUse(project: string) {
  const [group, name] = project.split('/')
  if (group === 'apps') {
    const { bin } = JSON.parse(readFileSync(join(workspaceRoot, project, 'package.json'), 'utf8'))
    const check = async (options: Options) => {
      const { stdout } = await run('npx', [Object.keys(bin)[0], '--help'], options)
      return stdout.includes('Usage:') ? undefined : `--help says ${stdout}`
    }
    return { packages: [`@mammokit/${name}`], check }
  }
  const { packages, code, output } = await readReadmeExample(name)
  const check = async (options: Options) => {
    writeFileSync(join(options.cwd, 'example.mjs'), code)
    const { stdout } = await run('node', ['--no-warnings', 'example.mjs'], options)
    return stdout.trimEnd() === output ? undefined : `the example printed\n${stdout}instead of\n${output}`
  }
  return { packages, check }
}

/** What npm 11 says where only core-js-pure, which comes with dcmjs-codecs, has an install script: it prints an advertisement. */
const advertisement =
  /npm warn install-scripts 1 package has install scripts not yet covered by allowScripts:\n.* core-js-pure@.*\n.*\n.*/

function warningsOf(output: string): string | undefined {
  const lines = output.replace(advertisement, '').split('\n')
  const warnings = lines.filter((line) => /^npm (warn|error)/i.test(line) && !/ deprecated /.test(line))
  return warnings.length === 0 ? undefined : warnings.join('\n')
}

function sizeOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return 0
  if (!stats.isDirectory()) return stats.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
