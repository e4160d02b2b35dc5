/**
 * Runs the operator tests that tfjs-core ships in its npm package on the `onnxruntime` backend, and prints how many pass, fail and are skipped.
 *
 * usage, after a build: npm run conformance -w packages/tfjs-onnxruntime [-- --failures]
 *
 * A test is skipped where it needs a kernel without a lowering (no other backend is there to run it), strings or complex numbers, or a browser. What is left
 * concerns covered kernels; its failures are listed one by one in known-failures.json with the reason, and a failure that is not listed
 * there makes the command fail.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { registerBackend } from '../dist/index.js'

const require = createRequire(import.meta.url)
const core = dirname(require.resolve('@tensorflow/tfjs-core/package.json'))
const knownPath = new URL('./known-failures.json', import.meta.url)

/** Reasons for which a test does not concern covered kernels, by what its error says. */
const skipReasons = [
  [/Expected a kernel with a lowering but received \w+ of (string|complex64)/, (match) => `${match[1]} tensors`],
  [/Expected a kernel with a lowering but received (\w+)/, (match) => `no lowering of ${match[1]}`],
  [/but received (string|complex64)/, (match) => `${match[1]} tensors`],
]

await registerBackend({ intraOpNumThreads: 1 })
report(await runTests(), JSON.parse(await readFile(knownPath, 'utf8')))

async function runTests() {
  await mkdir(new URL('../.vitest/', import.meta.url), { recursive: true })
  // Beside this file, so that the tests find jasmine-core.
  const folder = await mkdtemp(fileURLToPath(new URL('../.vitest/conformance-', import.meta.url)))
  try {
    const file = await bundleTests(folder)
    const jasmine = require('jasmine-core').boot(true)
    const results = []
    const environment = jasmine.getEnv()
    environment.configure({ random: false })
    environment.addReporter({ specDone: (result) => results.push(result) })
    // tfjs warns of what its tests provoke.
    for (const method of ['warn', 'log', 'info', 'error'])
      console[method === 'log' ? 'debug' : method] = () => undefined
    require(file)
    await environment.execute()
    return results
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The tests are ES modules without extensions, which Node cannot load: one CommonJS file of them can be. */
async function bundleTests(folder) {
  const file = join(folder, 'tests.cjs')
  const bundle = await rolldown({
    input: join(folder, 'single.js'),
    platform: 'node',
    external: [/^node:/, 'crypto', 'fs', 'util', 'worker_threads', 'node-fetch', /jasmine-core/],
    logLevel: 'silent',
    treeshake: false,
    plugins: [singleEntry(folder)],
  })
  await bundle.write({ file, format: 'cjs' })
  await bundle.close()
  return file
}

/** The environment must be set before the first test file is read. */
function singleEntry(folder) {
  const setup = join(folder, 'setup.js')
  return {
    name: 'single-entry',
    resolveId: (id) => ([join(folder, 'single.js'), setup].includes(id) ? id : null),
    load: (id) => {
      if (id === join(folder, 'single.js')) return `import '${setup}'\nimport '${core}/dist/tests.js'`
      if (id !== setup) return null
      return `import '${core}/dist/index.js'
import '${core}/dist/register_all_gradients.js'
import '${core}/dist/public/chained_ops/register_all_chained_ops.js'
import { setTestEnvs } from '${core}/dist/jasmine_util.js'
setTestEnvs([{ name: 'onnxruntime', backendName: 'onnxruntime', flags: {}, isDataSync: true }])`
    },
  }
}

function report(results, known) {
  const passed = results.filter(({ status }) => status === 'passed')
  const pending = results.filter(({ status }) => status === 'pending' || status === 'excluded')
  const skipped = new Map([['marked as pending by tfjs', pending.map(({ fullName }) => fullName)]])
  const failed = []
  for (const result of results.filter(({ status }) => status === 'failed')) {
    const reason = skipReasonOf(result)
    if (reason === undefined) failed.push(result)
    else skipped.set(reason, [...(skipped.get(reason) ?? []), result.fullName])
  }
  const unlisted = failed.filter(({ fullName }) => !(fullName in known))
  const share = ((100 * passed.length) / (passed.length + failed.length)).toFixed(1)
  const out = (line) => process.stdout.write(`${line}\n`)
  if (process.argv.includes('--failures'))
    for (const { fullName, failedExpectations } of failed)
      out(`FAIL ${fullName}\n     ${failedExpectations[0]?.message.split('\n')[0].slice(0, 200)}`)
  for (const [reason, names] of [...skipped].sort((a, b) => b[1].length - a[1].length))
    out(`skipped ${names.length}: ${reason}`)
  const skippedCount = [...skipped.values()].reduce((sum, names) => sum + names.length, 0)
  out(
    `passed ${passed.length}, failed ${failed.length} (${unlisted.length} without a known reason), skipped ${skippedCount}; ${share} % of those that are not skipped pass`,
  )
  process.exitCode = unlisted.length > 0 ? 1 : 0
}

function skipReasonOf({ failedExpectations }) {
  for (const { message } of failedExpectations)
    for (const [pattern, describe] of skipReasons) {
      const match = pattern.exec(message)
      if (match !== null) return describe(match)
    }
  return undefined
}
