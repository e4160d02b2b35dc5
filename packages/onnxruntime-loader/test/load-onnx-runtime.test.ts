import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { loadNativeBinding, loadOnnxRuntime } from '../src/index.ts'

/** y = x + x for a float32 [2]. */
const model = Buffer.from(
  'CAg6NQoOCgF4CgF4EgF5IgNBZGQSAWdaDwoBeBIKCggIARIECgIIAmIPCgF5EgoKCAgBEgQKAggCQgIQEQ==',
  'base64',
)

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a model runs, through the promise and natively', async () => {
  const { InferenceSession, Tensor } = loadOnnxRuntime()
  const x = new Tensor('float32', [1, 2], [2])
  const session = await InferenceSession.create(model)
  expect((await session.run({ x })).y.data).toEqual(Float32Array.of(2, 4))
  await session.release()

  const { binding, initOrt } = loadNativeBinding()
  initOrt()
  const native = new binding.InferenceSession()
  native.loadModel(model.buffer, model.byteOffset, model.byteLength, {})
  expect(native.run({ x }, { y: null }, {}).y.data).toEqual(Float32Array.of(2, 4))
  native.dispose()
})

test('it is loaded with its telemetry off, and a choice of the user is kept', () => {
  for (const [before, after] of [
    [undefined, '1'],
    ['0', '0'],
  ]) {
    for (const load of [loadOnnxRuntime, loadNativeBinding]) {
      vi.stubEnv('ORT_DISABLE_TELEMETRY', before)
      load()
      expect(process.env.ORT_DISABLE_TELEMETRY).toBe(after)
    }
  }
})

test('it is loaded without messages of its own, and a level that the user chose is kept', () => {
  const { env } = loadOnnxRuntime()
  expect(env.logLevel).toBe('fatal')
  env.logLevel = 'error'
  expect([loadOnnxRuntime().env.logLevel, loadNativeBinding() && env.logLevel]).toEqual(['error', 'error'])
  env.logLevel = 'fatal'
})

test('binaries that do not load are named with the reason and advice', () => {
  const project = mkdtempSync(join(tmpdir(), 'onnxruntime-loader-'))
  try {
    const root = join(project, 'node_modules/onnxruntime-node')
    const libraries = join(root, 'bin/napi-v6', process.platform, process.arch)
    for (const folder of [join(root, 'dist'), libraries]) mkdirSync(folder, { recursive: true })
    writeFileSync(join(libraries, 'onnxruntime_binding.node'), '')
    writeFileSync(join(root, 'package.json'), '{ "version": "1.30.0" }')
    writeFileSync(join(root, 'dist/index.js'), 'throw new Error("libm.so.6: version GLIBC_2.27 not found\\nmore")')
    const options = { from: join(project, 'index.js') }
    expect(() => loadOnnxRuntime(options)).toThrow(
      /^Expected onnxruntime-node to load from .* but received: libm\.so\.6: version GLIBC_2\.27 not found\. .*node:20-slim\.$/,
    )
  } finally {
    rmSync(project, { recursive: true })
  }
})
