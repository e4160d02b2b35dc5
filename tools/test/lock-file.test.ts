import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { acceptableLock, demandingPaths, flaggedPaths, type LockFile, lockFileText } from '../src/install/lock-file.ts'
import { workspaceRoot } from '../src/packages/pack.ts'

/** Dependencies with an install script, and why nothing here needs it. */
const unneededInstallScripts: Readonly<Record<string, string>> = {
  'core-js': 'prints an advertisement',
  'core-js-pure': 'prints an advertisement',
  esbuild: 'looks whether the binary is there, which an optional dependency brings',
  nx: 'warms a cache that Nx fills by itself',
  'onnxruntime-node': 'downloads the CUDA provider, which its users install on purpose',
  protobufjs: 'warns of version ranges',
}

const lock: LockFile = JSON.parse(readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8'))

it('has no entry whose install script npm would run; `npm run lock` takes the flags away', () => {
  expect(flaggedPaths(lock)).toEqual([])
  expect(readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8')).toBe(lockFileText(lock))
})

it('demands no newer Node.js for a package that is only copied from', () => {
  expect(lock.packages['node_modules/@cornerstonejs/codec-libjxl']).toBeDefined()
  expect(demandingPaths(lock)).toEqual([])
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

it('takes away the flags and those demands, and leaves everything else as it is', () => {
  const copied = 'node_modules/@cornerstonejs/codec-libjxl'
  const engines = { node: '>=24' }
  const packages = {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0', hasInstallScript: true, dev: true, engines },
    [copied]: { version: '1.1.1', engines },
  }
  expect(flaggedPaths({ packages })).toEqual(['node_modules/a'])
  expect(demandingPaths({ packages })).toEqual([copied])
  expect(acceptableLock({ packages })).toEqual({
    packages: {
      '': { name: 'x' },
      'node_modules/a': { version: '1.0.0', dev: true, engines },
      [copied]: { version: '1.1.1' },
    },
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
