import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CompileOptions, compile } from '../../src/index.ts'
import { useJavaScriptBackend } from '../compare.ts'

useJavaScriptBackend()

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'options-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function convolveOnce(options: CompileOptions): Promise<void> {
  const filter = tf.fill([3, 3, 2, 4], 0.1) as tf.Tensor4D
  const convolve = (x: tf.Tensor) => tf.relu(tf.conv2d(x as tf.Tensor4D, filter, 1, 'same'))
  const compiled = await compile(convolve, [{ shape: [1, 8, 8, 2] }], options)
  await compiled.run(new Float32Array(128))
  await compiled.dispose()
}

test('profileFilePrefix: the times of all nodes are in a file when the function is disposed', async () => {
  await convolveOnce({ profileFilePrefix: join(folder, 'profile') })
  const [file] = (await readdir(folder)).filter((name) => name.startsWith('profile'))
  const events = JSON.parse(await readFile(join(folder, file), 'utf8')) as {
    cat: string
    dur: number
    args?: { op_name?: string }
  }[]
  const operators = events.filter(({ cat, dur }) => cat === 'Node' && dur >= 0).map(({ args }) => args?.op_name)
  expect(operators.some((name) => name?.includes('Conv'))).toBe(true)
})

test('graphOptimizationLevel: a convolution takes its relu in on the level all and not on disabled; optimizedModelFilePath shows it', async () => {
  const hasRelu = async (graphOptimizationLevel: 'all' | 'disabled') => {
    const path = join(folder, `${graphOptimizationLevel}.onnx`)
    await convolveOnce({ graphOptimizationLevel, optimizedModelFilePath: path })
    // Nodes are called by their operator and a number.
    return /Relu_\d/.test(await readFile(path, 'latin1'))
  }
  expect(await hasRelu('disabled')).toBe(true)
  expect(await hasRelu('all')).toBe(false)
})

test.skipIf(process.platform !== 'linux')(
  'intraOpNumThreads: a function has that many threads, the caller among them',
  async () => {
    const threads = async () => (await readdir('/proc/self/task')).length
    // The runtime has threads of its own from its first session on.
    await convolveOnce({ intraOpNumThreads: 1 })
    const before = await threads()
    const four = await compile((x: tf.Tensor) => tf.neg(x), [{ shape: [2] }], { intraOpNumThreads: 4 })
    expect((await threads()) - before).toBe(3)
    await four.dispose()
  },
)
