/**
 * `npm run mutation-test -- PACKAGE [FILE ...]`: mutates the package's sources one operator at a time, and counts the mutants that its
 * tests kill. Stryker is installed into a temporary folder, since nothing else needs its 200 packages; survivors are listed, and
 * `.vitest/mutation.json` in the package's folder has all.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockWriter } from '../install/npm-releases.ts'
import { runNpm } from '../install/run-npm.ts'
import { workspaceRoot } from '../packages/pack.ts'

const stryker = '9.6.1'
/** Stryker's peers, in the versions of this repository. */
const peers = ['typescript', 'vitest'].map((name) => {
  const { version } = JSON.parse(readFileSync(join(workspaceRoot, 'node_modules', name, 'package.json'), 'utf8'))
  return `${name}@${version}`
})

const [name, ...files] = process.argv.slice(2)
if (name === undefined) throw new Error('Expected a package, such as focal-loss.')
const folder = mkdtempSync(join(tmpdir(), 'mammokit-mutation-'))
try {
  // Not by npx: it leaves out the peers, which it finds in the repository and Stryker does not.
  const packages = [`@stryker-mutator/core@${stryker}`, `@stryker-mutator/vitest-runner@${stryker}`, ...peers]
  const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', ...packages]
  const installed = runNpm(lockWriter.version, install, folder)
  if (installed.status !== 0) throw new Error(`npm could not install Stryker: ${installed.output}`)
  const fromStryker = createRequire(join(folder, 'package.json'))
  const config = join(folder, 'stryker.json')
  writeFileSync(
    config,
    JSON.stringify({
      testRunner: 'vitest',
      plugins: [fromStryker.resolve('@stryker-mutator/vitest-runner')],
      vitest: { configFile: join(workspaceRoot, 'vitest.config.ts') },
      mutate: files.length > 0 ? files : ['src/**/*.ts', '!src/**/index.ts'],
      reporters: ['clear-text', 'json'],
      clearTextReporter: { allowColor: false, reportTests: false },
      jsonReporter: { fileName: '.vitest/mutation.json' },
      // The copies lie below the package, so that its tests find the same packages, and its tsconfig.json the base.
      tempDirName: '.stryker',
      ignorePatterns: ['dist', '.vitest', '.stryker'],
      concurrency: 1,
      timeoutMS: 20_000,
      thresholds: { high: 95, low: 90, break: 85 },
      disableTypeChecks: false,
      allowEmpty: false,
    }),
  )
  const program = join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js')
  const { status } = spawnSync(process.execPath, [program, 'run', config], {
    cwd: join(workspaceRoot, 'packages', name),
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
} finally {
  rmSync(folder, { recursive: true })
}
