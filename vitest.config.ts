import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const sourceFirst = ['@mammokit/source', 'module', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions: sourceFirst },
  ssr: { resolve: { conditions: sourceFirst, externalConditions: ['node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['fail-on-print', 'seed-properties'].map((name) =>
      fileURLToPath(new URL(`./tools/${name}.ts`, import.meta.url)),
    ),
    reporters: ['default', 'json'],
    outputFile: { json: '.vitest/results.json' },
    testTimeout: 60_000,
    maxWorkers: 2,
  },
})
