import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { testSeed } from './tools/src/check/test-seed.ts'

const sourceFirst = ['@mammokit/source', 'module', 'node', 'import', 'default']

/** What tests read in their environment; CONTRIBUTING.md explains it. */
const env = {
  MAMMOKIT_TEST_DATA: resolve(import.meta.dirname, process.env.MAMMOKIT_TEST_DATA ?? '../shared/data'),
  MAMMOKIT_TEST_SEED: testSeed,
}

export default defineConfig({
  resolve: { conditions: sourceFirst },
  ssr: { resolve: { conditions: sourceFirst, externalConditions: ['node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['fail-on-print', 'seed-properties', 'own-temporary-folder'].map((name) =>
      fileURLToPath(new URL(`./tools/${name}.ts`, import.meta.url)),
    ),
    globalSetup: fileURLToPath(new URL('./tools/test-run-folder.ts', import.meta.url)),
    env,
    reporters: ['default', 'json'],
    outputFile: { json: '.vitest/results.json' },
    // These end only what hangs: a busy machine may be many times slower than an idle one.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
    // A third of the time went to loading the same modules for each file: a worker keeps them. Files run in any order.
    isolate: false,
  },
})
