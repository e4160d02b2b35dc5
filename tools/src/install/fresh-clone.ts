/**
 * `npm run fresh-clone`: README's two commands in a fresh clone of the last commit, with each supported Node.js and its own npm.
 * `npm run fresh-clone -- 20 22 --steps ci,demo` is a part of it. Steps: `ci`, `demo`, `test`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { workspaceRoot } from '../packages/pack.ts'
import { installNode, nodeReleases } from './node-release.ts'

const commands: Readonly<Record<string, readonly string[]>> = { ci: ['ci'], demo: ['run', 'demo'], test: ['test'] }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { steps: { type: 'string', default: Object.keys(commands).join() } },
})
const releases = nodeReleases.filter(({ node }) => positionals.length === 0 || positionals.includes(node))
const outcomes = releases.flatMap(tryRelease)
console.log('')
for (const { title, status, seconds, warnings } of outcomes) {
  console.log(
    `${status === 0 && warnings.length === 0 ? 'passed' : 'FAILED'}  ${seconds.toFixed(0).padStart(5)} s  ${title}`,
  )
  for (const warning of warnings) console.log(`        ${warning}`)
}
process.exitCode = outcomes.every(({ status, warnings }) => status === 0 && warnings.length === 0) ? 0 : 1

interface Outcome {
  readonly title: string
  readonly status: number | null
  readonly seconds: number
  readonly warnings: readonly string[]
}

function tryRelease(release: (typeof nodeReleases)[number]): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), `mammokit-node-${release.node}-`))
  try {
    const clone = join(folder, 'mammokit')
    spawnSync('git', ['clone', '--quiet', workspaceRoot, clone], { stdio: 'inherit' })
    const env = installNode(release, join(folder, 'node'))
    const versions = spawnSync('sh', ['-c', 'echo "Node $(node --version), npm $(npm --version)"'], { env })
    const outcomes: Outcome[] = []
    for (const step of values.steps.split(',')) {
      const title = `${versions.stdout.toString().trim()}: npm ${commands[step].join(' ')}`
      console.log(`\n== ${title}`)
      const start = performance.now()
      const { status, stdout, stderr } = spawnSync('npm', commands[step], {
        cwd: clone,
        env,
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
      })
      process.stdout.write(stdout + stderr)
      const warnings = step === 'ci' ? stderr.split('\n').filter(isOurs) : []
      outcomes.push({ title, status, seconds: (performance.now() - start) / 1000, warnings })
      if (status !== 0) break
    }
    return outcomes
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Not of a setting that the user has made. */
function isOurs(line: string): boolean {
  return line.startsWith('npm warn') && !line.startsWith('npm warn Unknown user config')
}
