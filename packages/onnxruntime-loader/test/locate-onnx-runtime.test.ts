import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { locateOnnxRuntime, OnnxRuntimeLoaderError, onnxRuntimeVersion } from '../src/index.ts'

let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'onnxruntime-loader-'))
})

afterEach(() => {
  rmSync(project, { recursive: true })
})

/** Installs a package with an empty library in the project. */
function install(name: string, version: string, libraries: readonly string[]): string {
  const root = join(project, 'node_modules', name)
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name, version }))
  for (const platform of libraries) {
    const folder = join(root, 'bin/napi-v6', platform)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'onnxruntime_binding.node'), '')
  }
  return root
}

function locate(platform = 'linux', arch = 'x64') {
  return locateOnnxRuntime({ from: join(project, 'index.js'), platform, arch })
}

function errorOf(run: () => unknown): OnnxRuntimeLoaderError {
  try {
    run()
  } catch (error) {
    if (error instanceof OnnxRuntimeLoaderError) return error
  }
  throw new Error('Expected an OnnxRuntimeLoaderError.')
}

test("the user's own onnxruntime-node comes before the package of the platform", () => {
  install('@mammokit/onnxruntime-linux-x64', '1.30.0', ['linux/x64'])
  const root = install('onnxruntime-node', '1.30.0', ['linux/x64'])
  expect(locate()).toEqual({
    packageName: 'onnxruntime-node',
    root,
    libraryFolder: join(root, 'bin/napi-v6/linux/x64'),
  })
})

test('an onnxruntime-node of another version, or without binaries for the platform, is passed over', () => {
  install('@mammokit/onnxruntime-linux-x64', '1.30.0', ['linux/x64'])
  install('onnxruntime-node', '1.18.0', ['linux/x64'])
  expect(locate().packageName).toBe('@mammokit/onnxruntime-linux-x64')
  install('onnxruntime-node', '1.30.0', [])
  rmSync(join(project, 'node_modules/onnxruntime-node/bin'), { recursive: true })
  expect(locate().packageName).toBe('@mammokit/onnxruntime-linux-x64')
})

test('without either, the error names what was found and the command that installs the rest', () => {
  install('onnxruntime-node', '1.18.0', ['linux/x64'])
  const error = errorOf(() => locate())
  expect(error.code).toBe('not-installed')
  expect(error.message).toBe(
    'Expected ONNX Runtime 1.30.0 for linux/x64 but received onnxruntime-node@1.18.0. Run "npm install @mammokit/onnxruntime-linux-x64@1.30.0".',
  )
  expect(error.details).toEqual({ platform: 'linux', arch: 'x64', passedOver: ['onnxruntime-node@1.18.0'] })
})

test('a platform without binaries is named beside those that have them', () => {
  const error = errorOf(() => locate('darwin', 'x64'))
  expect(error.code).toBe('unsupported-platform')
  expect(error.message).toMatch(/linux\/x64, linux\/arm64, .* but received darwin\/x64\./)
})

test('the version is the one that package.json names', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(manifest.dependencies['onnxruntime-common']).toBe(onnxRuntimeVersion)
  expect(manifest.peerDependencies['onnxruntime-node']).toBe(onnxRuntimeVersion)
})

test('an option that does not exist is refused by name', () => {
  expect(errorOf(() => locateOnnxRuntime({ form: project } as never))).toMatchObject({
    code: 'bad-option',
    message: 'Expected from, platform, arch for the options but received form. Correct the name.',
  })
})
