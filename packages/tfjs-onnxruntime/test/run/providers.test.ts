import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compile, EngineError } from '../../src/index.ts'
import { checkProviders } from '../../src/run/providers.ts'
import * as browser from '../../src/runtime/browser.ts'
import * as node from '../../src/runtime/node.ts'
import { codeOf } from '../code-of.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

const negate = (x: tf.Tensor) => tf.neg(x)

test('cuda without its libraries names each of them, its folder and the command that gets them', async (context) => {
  if (node.obstacleOf('cuda') === undefined) context.skip('the libraries of cuda are installed')
  const failure = await compile(negate, [{ shape: [2] }], { executionProviders: ['cuda'] }).catch((error) => error)
  expect(failure).toBeInstanceOf(EngineError)
  expect(failure.code).toBe('provider')
  expect(failure.message).toMatch(
    /libonnxruntime_providers_shared\.so and libonnxruntime_providers_cuda\.so are missing/,
  )
  expect(failure.message).toMatch(/Run "node \S+install\.js --onnxruntime-node-install=cuda12"/)
})

test('the next provider is used if one fails, and fallbacks has the reason of each', async (context) => {
  if (node.obstacleOf('cuda') === undefined) context.skip('the libraries of cuda are installed')
  const compiled = await compile(negate, [{ shape: [2] }], { executionProviders: ['cuda', 'webnn', 'cpu'] })
  expect(compiled.executionProvider).toBe('cpu')
  expect(compiled.fallbacks.map(({ executionProvider }) => executionProvider)).toEqual(['cuda', 'webnn'])
  expect(compiled.fallbacks[0].reason).toMatch(/libonnxruntime_providers_cuda\.so/)
  expect(compiled.fallbacks[1].reason).toMatch(/onnxruntime-node on .* has cpu, .* and not webnn/)
  await compiled.dispose()
})

test('every provider that ONNX Runtime offers on a platform is one of the names that are checked', async () => {
  const { names } = await node.listProviders()
  const page = await browser.listProviders()
  for (const name of [...names, ...page.names])
    expect(() => checkProviders({ executionProviders: [name] }), name).not.toThrow()
  expect(names).toContain('cpu')
})

test('cuda is tried where its libraries are, and where they do not load the message says how to find what is missing', async () => {
  const root = await mkdtemp(join(tmpdir(), 'runtime-'))
  const libraryFolder = join(root, 'bin/napi-v6/linux/x64')
  const own = { packageName: 'onnxruntime-node', root, libraryFolder }
  await mkdir(libraryFolder, { recursive: true })
  await writeFile(join(libraryFolder, 'libonnxruntime_providers_shared.so'), '')
  expect(node.obstacleOf('cuda', own, 'linux/x64')).toMatch(/^libonnxruntime_providers_cuda\.so are missing/)
  expect(node.obstacleOf('cuda', { ...own, packageName: '@mammokit/onnxruntime-linux-x64' }, 'linux/x64')).toMatch(
    /not part of @mammokit\/onnxruntime-linux-x64\. Run "npm install onnxruntime-node@1\.30\.0"/,
  )
  await writeFile(join(libraryFolder, 'libonnxruntime_providers_cuda.so'), '')
  expect(node.obstacleOf('cuda', own, 'linux/x64')).toBeUndefined()
  expect(node.obstacleOf('cuda', own, 'darwin/arm64')).toMatch(/on linux\/x64 and this is darwin\/arm64/)
  expect(node.adviceFor('cuda')).toMatch(/CUDA 12 and cuDNN 9.*ldd \S+libonnxruntime_providers_cuda\.so/)
  // An empty file is no library; where CUDA's are missing, the loader names the first one.
  if (process.platform === 'linux') {
    expect(node.adviceFor('cuda', own)).toMatch(
      /the loader says "\S+libonnxruntime_providers_cuda\.so: file too short", and "ldd \S+libonnxruntime_providers_cuda\.so/,
    )
  }
  await rm(root, { recursive: true })
})

test('the two runtimes have the same functions, and a page without navigator.gpu says so', () => {
  expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort())
  expect(browser.obstacleOf('wasm')).toBeUndefined()
  expect(browser.obstacleOf('webgpu')).toMatch(/navigator\.gpu is missing/)
  expect(browser.obstacleOf('webnn')).toMatch(/navigator\.ml is missing/)
})

test('a provider that no ONNX Runtime has is an error that names the nearest one, also where another would work', async () => {
  for (const [given, nearest] of [
    ['wbgpu', 'webgpu'],
    ['WebGPU', 'webgpu'],
    ['directml', 'dml'],
    ['tensor-rt', 'tensorrt'],
  ])
    for (const executionProviders of [[given], [given, 'cpu'], ['cpu', given]])
      expect(await codeOf(() => compile((x: tf.Tensor) => tf.neg(x), [{ shape: [] }], { executionProviders }))).toBe(
        `bad-input: Expected one of cpu, wasm, webgpu, cuda, dml, coreml, webnn, tensorrt, openvino for an execution provider but received ${given}. The nearest is ${nearest}.`,
      )
})

test('a provider that the platform lacks is refused by name before the function is traced, and is a fallback where another works', async () => {
  let traces = 0
  const negate = (x: tf.Tensor) => {
    traces++
    return tf.neg(x)
  }
  expect(await codeOf(() => compile(negate, [{ shape: [] }], { executionProviders: ['webnn'] }))).toMatch(
    /^provider: .*received webnn: onnxruntime-node on \S+ has .*cpu.*, and not webnn\./,
  )
  expect(traces).toBe(0)
  const compiled = await compile(negate, [{ shape: [] }], { executionProviders: ['webnn', 'cpu'] })
  expect(compiled.executionProvider).toBe('cpu')
  expect(compiled.fallbacks.map(({ executionProvider }) => executionProvider)).toEqual(['webnn'])
  await compiled.dispose()
})
