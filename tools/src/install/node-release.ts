/** Releases of Node.js with their own npm, from the registry: the package `node-<platform>-<arch>` is the binary. */
import { mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runNpm, withoutNpmSettings } from './run-npm.ts'

/** The supported majors of Node.js, each with the npm that it brings. */
export const nodeReleases: readonly { readonly node: string; readonly npm: string }[] = [
  { node: '20', npm: '10.8.2' },
  { node: '22', npm: '10.9.4' },
  { node: '24', npm: '11' },
]

/**
 * Installs a release into a folder, and returns the environment in which `node`, `npm` and `npx` are that release's, and in
 * which no setting of ONNX Runtime's install script is made.
 */
export function installNode(release: { node: string; npm: string }, folder: string): NodeJS.ProcessEnv {
  mkdirSync(folder, { recursive: true })
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const packages = [`node-${platform}-${process.arch}@${release.node}`, `npm@${release.npm}`]
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--engine-strict=false']
  const { status, output } = runNpm('10.8.2', [...args, ...packages], folder)
  if (status !== 0) throw new Error(`Expected ${packages.join(' and ')} from the registry but received: ${output}`)
  const env = withoutNpmSettings(process.env)
  for (const name of Object.keys(env)) if (name.startsWith('ONNXRUNTIME_')) delete env[name]
  return { ...env, PATH: `${join(folder, 'node_modules', '.bin')}${delimiter}${env.PATH}` }
}
