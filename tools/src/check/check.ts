/**
 * `npm run check`: everything that must hold before a change lands. Runs every step even after a failure, and ends with one
 * line that counts the steps and the tests: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSitePages } from '../documents/site-pages.ts'
import { canRun, npmReleases } from '../install/npm-releases.ts'
import { tryLock } from '../install/try-lock.ts'
import { listPublished, packProject, workspaceRoot } from '../packages/pack.ts'
import { countTests, listTests } from './count-tests.ts'
import { testSeed } from './test-seed.ts'

interface Outcome {
  readonly title: string
  readonly result: 'passed' | 'failed' | 'skipped'
  readonly seconds: number
}

const outcomes: Outcome[] = []

runStep('format and lint', ['biome', 'ci', '.'])
runStep('types', ['tsc', '-b'])
runStep('unused code and dependencies', ['knip'])
await writeSitePages()
runStep('documentation site', ['vitepress', 'build', 'docs'])
checkLock()
await checkPackages()
runStep('tests and import boundaries', ['nx', 'run-many', '-t', 'test', '--outputStyle=stream'])
report()

function runStep(title: string, command: readonly string[]): void {
  console.log(`\n== ${title}: ${command.join(' ')}`)
  const start = performance.now()
  const [tool, ...args] = command
  const { status } = spawnSync(join(workspaceRoot, 'node_modules', '.bin', tool), args, {
    cwd: workspaceRoot,
    stdio: 'inherit',
    // On Windows these are command files, which only a shell can start.
    shell: process.platform === 'win32',
  })
  outcomes.push({ title, result: status === 0 ? 'passed' : 'failed', seconds: secondsSince(start) })
}

/** `npm ci` accepts package-lock.json with the npm of each supported Node.js. */
function checkLock(): void {
  for (const release of npmReleases.filter((release) => canRun(release, process.versions.node))) {
    const title = `package-lock.json with npm ${release.version}`
    console.log(`\n== ${title}: npm ci --dry-run`)
    const start = performance.now()
    const { result, output } = tryLock(release.version, workspaceRoot)
    console.log(output)
    outcomes.push({ title, result, seconds: secondsSince(start) })
  }
}

/** The tarball of each package and app is what a registry and a type checker expect of it. */
async function checkPackages(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-packed-'))
  try {
    for (const name of await listPublished()) {
      const tarball = await packProject(name, folder)
      runStep(`published shape of ${name}`, ['publint', 'run', tarball, '--strict'])
      runStep(`published types of ${name}`, ['attw', tarball, '--profile', 'esm-only', '--format', 'ascii', '--quiet'])
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function report(): void {
  const tests = countTests(workspaceRoot)
  console.log('')
  const labels = { passed: 'passed ', failed: 'FAILED ', skipped: 'skipped' }
  for (const { title, result, seconds } of outcomes) {
    console.log(`${labels[result]} ${seconds.toFixed(1).padStart(6)} s  ${title}`)
  }
  const steps = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result).length
  for (const line of listTests(tests)) console.log(line)
  console.log(`seed     ${testSeed} (MAMMOKIT_TEST_SEED sets it)`)
  console.log(
    `${steps('passed') + tests.passed} passed, ${steps('failed') + tests.failed} failed, ${steps('skipped') + tests.skipped.length} skipped`,
  )
  process.exitCode = steps('failed') + tests.failed > 0 ? 1 : 0
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000
}
