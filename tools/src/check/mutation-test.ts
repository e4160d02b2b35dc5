/**
 * `npm run mutation-test -- PACKAGE [FILE ...]`: mutates the package's sources one operator at a time, and counts the mutants that its
 * tests kill. Stryker is fetched by npx, since nothing else needs its 200 packages; survivors are listed, and
 * `.vitest/mutation.json` in the package's folder has all.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  const config = join(folder, 'stryker.json')
  writeFileSync(
    config,
    JSON.stringify({
      testRunner: 'vitest',
      vitest: { configFile: join(workspaceRoot, 'vitest.config.ts') },
      mutate: files.length > 0 ? files : ['src/**/*.ts', '!src/**/index.ts'],
      reporters: ['clear-text', 'json'],
      clearTextReporter: { allowColor: false, reportTests: false },
      jsonReporter: { fileName: '.vitest/mutation.json' },
      // The copies lie below the package, so that its tests find the same packages, and its tsconfig.json the base.
      tempDirName: '.stryker',
      ignorePatterns: ['dist', '.vitest', '.stryker'],
      concurrency: 1,
      timeoutMS: 60_000,
      thresholds: { high: 95, low: 90, break: 85 },
      disableTypeChecks: false,
      allowEmpty: false,
    }),
  )
  const packages = [`@stryker-mutator/core@${stryker}`, `@stryker-mutator/vitest-runner@${stryker}`, ...peers]
  const { status } = spawnSync(
    'npx',
    ['--yes', ...packages.map((one) => `--package=${one}`), 'stryker', 'run', config],
    { cwd: join(workspaceRoot, 'packages', name), stdio: 'inherit', shell: process.platform === 'win32' },
  )
  process.exitCode = status ?? 1
} finally {
  rmSync(folder, { recursive: true })
}
