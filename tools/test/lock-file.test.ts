import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { flaggedPaths, type LockFile, lockFileText, withoutInstallScripts } from '../src/install/lock-file.ts'
import { workspaceRoot } from '../src/packages/pack.ts'

/** Dependencies with an install script, and why nothing here needs it. */
const unneededInstallScripts: Readonly<Record<string, string>> = {
  'core-js': 'prints an advertisement',
  'core-js-pure': 'prints an advertisement',
  nx: 'warms a cache that Nx fills by itself',
  'onnxruntime-node': 'downloads the CUDA provider, which its users install on purpose',
  protobufjs: 'warns of version ranges',
}

const lock: LockFile = JSON.parse(readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8'))

it('has no entry whose install script npm would run; `npm run lock` takes the flags away', () => {
  expect(flaggedPaths(lock)).toEqual([])
  expect(readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8')).toBe(lockFileText(lock))
})

it('names no registry host', () => {
  const addresses = Object.values(lock.packages).map(({ resolved }) => String(resolved ?? ''))
  expect(addresses.filter((address) => address.includes('://'))).toEqual([])
})

it('knows each installed dependency that has an install script, and why nothing here needs it', () => {
  const names = Object.keys(lock.packages).filter((path) => path.includes('node_modules/') && hasInstallScript(path))
  const unique = [...new Set(names.map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)))]
  expect(unique.sort()).toEqual(Object.keys(unneededInstallScripts).sort())
})

it('takes away the flags and leaves everything else as it is', () => {
  const packages = { 'node_modules/a': { version: '1.0.0', hasInstallScript: true, dev: true }, '': { name: 'x' } }
  expect(flaggedPaths({ packages })).toEqual(['node_modules/a'])
  expect(withoutInstallScripts({ packages })).toEqual({
    packages: { 'node_modules/a': { version: '1.0.0', dev: true }, '': { name: 'x' } },
  })
})

/** Whether the installed package has a script that npm would run, node-gyp's of a binding.gyp included. */
function hasInstallScript(path: string): boolean {
  const folder = join(workspaceRoot, path)
  if (!existsSync(join(folder, 'package.json'))) return false // Optional, and for another platform.
  const { scripts = {}, gypfile } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (lock.packages[path].link) return false
  const usesGyp = gypfile !== false && existsSync(join(folder, 'binding.gyp'))
  return usesGyp || ['preinstall', 'install', 'postinstall'].some((event) => event in scripts)
}
