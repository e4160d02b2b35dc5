import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

/** Chromium's software implementation of Vulkan: adapter enough where there is no GPU. */
const swiftShader = '/usr/lib/chromium'
const hasSwiftShader = existsSync(`${swiftShader}/vk_swiftshader_icd.json`)
// Vulkan looks at these when its process starts.
const vulkan =
  process.env.VK_ICD_FILENAMES === undefined && hasSwiftShader
    ? {
        VK_ICD_FILENAMES: `${swiftShader}/vk_swiftshader_icd.json`,
        LD_LIBRARY_PATH: swiftShader,
        XDG_RUNTIME_DIR: '/tmp',
      }
    : {}

const { env, setupFiles = [], testTimeout, hookTimeout } = base.test ?? {}
// TensorFlow.js keeps backends, kernels and gradients that a file registers.
const shared = { env, setupFiles, testTimeout, hookTimeout, isolate: true }

const comparisons = [
  'test/{kernels,layers}/**/*.test.ts',
  'test/{train-step,examples/examples,trace/open-specs}.test.ts',
  'test/ops/{recompute,gradients}.test.ts',
  'test/device/{webgpu,half-precision}.test.ts',
]
const quick = [
  'test/kernels/properties.test.ts',
  'test/train-step.test.ts',
  'test/kernels/random.test.ts',
  'test/device/{webgpu,half-precision}.test.ts',
]

/**
 * All tests on the processor. On WebGPU, where it has an adapter, those that compare numbers: each
 * kernel and gradient by `npm test`, all by `npm run test:webgpu`.
 */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    projects: [
      { ...base, test: { ...shared, name: 'cpu', include: ['test/**/*.test.ts'] } },
      { ...base, test: webgpu('webgpu', quick) },
      { ...base, test: webgpu('webgpu-all', comparisons) },
    ],
  },
})

function webgpu(name: string, include: string[]) {
  return {
    ...shared,
    name,
    include,
    env: { ...env, EXECUTION_PROVIDER: 'webgpu', ...vulkan },
    setupFiles: [setupFiles, 'test/device/require-adapter.ts'].flat(),
  }
}
