/** A folder for all that a run of tests leaves on the disk, which goes when the run has ended, however its files did. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    readonly testRunFolder: string
  }
}

export function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-test-'))
  provide('testRunFolder', folder)
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
