/** The execution provider that the tests run on: `cpu`, or what EXECUTION_PROVIDER says. */
import type { CompileOptions } from '../src/index.ts'

export const provider = process.env.EXECUTION_PROVIDER ?? 'cpu'

/** Options of `compile` and `registerBackend` for it. */
export const onProvider = {
  executionProviders: [provider],
  intraOpNumThreads: 1,
} as const satisfies CompileOptions

/**
 * The least tolerance that makes sense on the provider, relative to the largest number: WGSL allows sin and cos to be wrong by 2^-11
 * (https://www.w3.org/TR/WGSL, accuracy of built-in functions).
 */
export const minTolerance = provider === 'webgpu' ? 2 ** -11 : 0

/** How many samples of a property a test takes: fewer where the provider may be software. */
export function samples(count: number): { numRuns: number } {
  return { numRuns: provider === 'cpu' ? count : Math.ceil(count / 4) }
}
