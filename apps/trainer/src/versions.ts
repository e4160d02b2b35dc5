/** The versions of the code that a run was made with. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { onnxRuntimeVersion } from '@mammokit/onnxruntime-loader'
import { readVersion } from './package-version.ts'

const packages = [
  '@mammokit/seresnext',
  '@mammokit/focal-loss',
  '@mammokit/one-cycle-scheduler',
  '@mammokit/mammogram-dataset',
  '@mammokit/mammogram-preprocess',
  '@mammokit/tfjs-onnxruntime',
  '@tensorflow/tfjs-core',
] as const

/** Versions of Node and of the packages that determine the weights. */
export function dependencyVersions(): Record<string, string> {
  const entries = packages.map((name) => [name, installedVersion(name)])
  return { node: process.versions.node, ...Object.fromEntries(entries), 'onnxruntime-node': onnxRuntimeVersion }
}

function installedVersion(name: string): string {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return readVersion(join(folder, name, 'package.json'))
    } catch {
      // Not in this node_modules; the next one up may have it.
    }
  }
  return 'unknown'
}
