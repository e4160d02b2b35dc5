/**
 * `npm run nightly`: every project's tests, those of damaged files, ways of training and networks in full, with another seed each day. The seed is printed
 * first and last; `MAMMOKIT_TEST_SEED` repeats a run.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { workspaceRoot } from '../packages/pack.ts'
import { countTests, listTests } from './count-tests.ts'

const seed = process.env.MAMMOKIT_TEST_SEED ?? new Date().toISOString().slice(0, 10).replaceAll('-', '')
const said = `seed     ${seed} (MAMMOKIT_TEST_SEED=${seed} npm run nightly repeats this run)`
console.log(said)
const { status } = spawnSync(
  join(workspaceRoot, 'node_modules', '.bin', 'nx'),
  ['run-many', '-t', 'test', '--outputStyle=stream', ...process.argv.slice(2)],
  {
    cwd: workspaceRoot,
    stdio: 'inherit',
    env: { ...process.env, MAMMOKIT_NIGHTLY: '1', MAMMOKIT_TEST_SEED: seed },
    // On Windows nx is a command file, which only a shell can start.
    shell: process.platform === 'win32',
  },
)
const tests = countTests(workspaceRoot)
for (const line of ['', ...listTests(tests), said]) console.log(line)
console.log(`${tests.passed} passed, ${tests.failed} failed, ${tests.skipped.length} skipped`)
// nx fails as well where tests end before they count: a crash, or what they depend on does not build.
process.exitCode = status === 0 && tests.failed === 0 ? 0 : 1
