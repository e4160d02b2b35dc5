/**
 * Runs the operator tests that tfjs-core ships in its npm package on the `onnxruntime` backend, and prints how many pass, fail and are skipped.
 *
 * usage, after a build: npm run conformance -w packages/tfjs-onnxruntime [-- --failures] [-- --record]
 *
 * --failures shows what each failure says; --record writes results.json and the README's section.
 *
 * A test is skipped where it needs a kernel without a lowering (no other backend is there to run it), strings or complex numbers, or a browser. What is left
 * concerns covered kernels; its failures are listed one by one in known-failures.json with the reason, and a failure that is not listed
 * there makes the command fail.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { registerBackend } from '../dist/index.js'
import { conformanceSection, summarize } from './summary.js'

const require = createRequire(import.meta.url)
const core = dirname(require.resolve('@tensorflow/tfjs-core/package.json'))
const knownPath = new URL('./known-failures.json', import.meta.url)
const recordPath = new URL('./results.json', import.meta.url)
const readmePath = new URL('../README.md', import.meta.url)

/** Reasons for which a test does not concern covered kernels, by what its error says. */
const skipReasons = [
  [/Expected a kernel with a lowering but received \w+ of (string|complex64)/, (match) => `of ${match[1]} tensors`],
  [/Expected a kernel with a lowering but received (\w+)/, (match) => `that need ${match[1]}`],
  [/but received (string|complex64)/, (match) => `of ${match[1]} tensors`],
]

await registerBackend({ intraOpNumThreads: 1 })
await report(await runTests(), JSON.parse(await readFile(knownPath, 'utf8')))

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
    for (const method of ['warn', 'log', 'info', 'error', 'debug']) console[method] = () => undefined
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

async function report(results, known) {
  const ofStatus = (...wanted) => results.filter(({ status }) => wanted.includes(status))
  const skipped = { 'marked as pending by tfjs': ofStatus('pending', 'excluded').length }
  const failures = []
  for (const result of ofStatus('failed')) {
    const reason = skipReasonOf(result)
    if (reason === undefined) failures.push(result)
    else skipped[reason] = (skipped[reason] ?? 0) + 1
  }
  const failed = Object.fromEntries(failures.map(({ fullName }) => [fullName, known[fullName] ?? 'unknown']))
  const recorded = { passed: ofStatus('passed').length, failed, skipped }
  if (process.argv.includes('--failures'))
    for (const { fullName, failedExpectations } of failures)
      print(`FAIL ${fullName}\n     ${failedExpectations[0]?.message.split('\n')[0].slice(0, 200)}`)
  print(summarize(recorded))
  if (process.argv.includes('--record')) {
    await writeFile(recordPath, `${JSON.stringify(recorded, null, 2)}\n`)
    const readme = await readFile(readmePath, 'utf8')
    await writeFile(
      readmePath,
      readme.replace(conformanceSection, (_, open, __, close) => open + summarize(recorded) + close),
    )
  }
  process.exitCode = Object.values(failed).includes('unknown') ? 1 : 0
}

function print(line) {
  process.stdout.write(`${line}\n`)
}

function skipReasonOf({ failedExpectations }) {
  for (const { message } of failedExpectations)
    for (const [pattern, describe] of skipReasons) {
      const match = pattern.exec(message)
      if (match !== null) return describe(match)
    }
  return undefined
}
