import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPage } from '../../examples/browser/build.js'
import { type Training, train } from '../../examples/browser/train.ts'
import { findChromium, showPage } from './chromium.ts'

let folder: string
let output: Awaited<ReturnType<typeof buildPage>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'))
  output = await buildPage(folder)
})

afterAll(() => rm(folder, { recursive: true }))

test('the bundle of the page has nothing of Node.js and is under 1.15 MB, WebAssembly apart', () => {
  const files = output.map(({ fileName }) => fileName)
  const imported = output.flatMap((chunk) =>
    chunk.type === 'chunk' ? [...chunk.imports, ...chunk.dynamicImports] : [],
  )
  expect(imported.filter((file) => !files.includes(file))).toEqual([])
  const bytes = output.reduce((sum, chunk) => sum + (chunk.type === 'chunk' ? chunk.code.length : 0), 0)
  expect(bytes).toBeLessThan(1.15e6)
})

test('a page trains on wasm, and on webgpu where Chromium has an adapter, as Node.js does, |delta| <= 1e-4', async (context) => {
  const chromium = findChromium()
  if (chromium === undefined) return context.skip('no Chromium: set CHROMIUM to its path')
  const { losses } = await train(['cpu'], 24)
  expect(losses[losses.length - 1]).toBeLessThan(losses[0] / 2)
  const { trained, requested } = await showPage(chromium, folder)
  const [wasm, webgpu] = trained as Training[]
  expect(wasm.executionProvider).toBe('wasm')
  for (const training of [wasm, webgpu])
    for (const [i, loss] of losses.entries()) expect(Math.abs(training.losses[i] - loss)).toBeLessThanOrEqual(1e-4)
  // Everything came from the page's own server, the half with WebGPU only when it was asked for.
  expect(requested).toContain('/ort-wasm-simd-threaded.wasm')
  if (webgpu.executionProvider !== 'webgpu') context.skip(`wasm only: ${webgpu.fallbacks[0]?.reason}`)
  expect(requested).toContain('/ort-wasm-simd-threaded.asyncify.wasm')
})
