/**
 * `npm run check`: everything that must hold before a change lands. Runs every step even after a failure, and ends with one
 * line that counts the steps and the tests: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listPackages, packPackage, workspaceRoot } from '../packages/pack.ts'
import { countTests } from './count-tests.ts'

interface Outcome {
  readonly title: string
  readonly passed: boolean
  readonly seconds: number
}

const outcomes: Outcome[] = []

runStep('format and lint', ['biome', 'ci', '.'])
runStep('types', ['tsc', '-b'])
runStep('unused code and dependencies', ['knip'])
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
  outcomes.push({ title, passed: status === 0, seconds: (performance.now() - start) / 1000 })
}

/** Each library's tarball is what a registry and a type checker expect of it. */
async function checkPackages(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-packed-'))
  try {
    for (const name of await listPackages()) {
      const tarball = await packPackage(name, folder)
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
  for (const { title, passed, seconds } of outcomes) {
    console.log(`${passed ? 'passed' : 'FAILED'}  ${seconds.toFixed(1).padStart(6)} s  ${title}`)
  }
  const stepsFailed = outcomes.filter((outcome) => !outcome.passed).length
  for (const name of tests.skipped) console.log(`skipped  ${name}`)
  for (const failure of tests.failures) console.log(`FAILED   ${failure}`)
  console.log(
    `${outcomes.length - stepsFailed + tests.passed} passed, ${stepsFailed + tests.failed} failed, ${tests.skipped.length} skipped`,
  )
  process.exitCode = stepsFailed + tests.failed > 0 ? 1 : 0
}
