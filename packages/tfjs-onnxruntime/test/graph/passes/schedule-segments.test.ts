import { readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { GraphBuilder } from '../../../src/graph/builder.ts'
import { scheduleSegments } from '../../../src/graph/passes/schedule-segments.ts'
import { compile, recompute } from '../../../src/index.ts'
import { useJavaScriptBackend } from '../../compare.ts'
import { describeGraph } from '../describe-graph.ts'

useJavaScriptBackend()

test('the second computation waits for the gradient that reaches it and for the gradients of the segment before', () => {
  const b = new GraphBuilder()
  const [x, y, dy] = [b.input([4], 'float32'), b.input([4], 'float32'), b.input([], 'float32')]
  const last = b.add('Tanh', [b.add('Recompute', [x, dy])])
  const gradient = b.add('RecomputeEnd', [b.add('Neg', [last])])
  const first = b.add('Tanh', [b.add('Recompute', [y, dy])])
  expect(describeGraph(scheduleSegments(b.finish([gradient, first])))).toEqual([
    'a = Reshape(in2, (1)) [1]',
    'b = Concat(a) [1]',
    'c = Abs(b) [1]',
    'd = Greater(c, Infinity) [1]',
    'e = Cast(d) [1]',
    'f = ReduceMax(e, (0)) []',
    'g = Add(in0, f) [4]',
    'h = Tanh(g) [4]',
    'i = Neg(h) [4]',
    'j = Reshape(in2, (1)) [1]',
    'k = Slice(i, (0), (1), (0), (1)) [1]',
    'l = Concat(j, k) [2]',
    'm = Abs(l) [2]',
    'n = Greater(m, Infinity) [2]',
    'o = Cast(n) [2]',
    'p = ReduceMax(o, (0)) []',
    'q = Add(in1, p) [4]',
    'r = Tanh(q) [4]',
    'return i, r',
  ])
})

test('ONNX Runtime computes a segment again between its gradient and that of the segment before', async () => {
  const profileFilePrefix = join(tmpdir(), `segments-${process.pid}`)
  const weights = Array.from({ length: 6 }, (_, i) => tf.variable(tf.randomNormal([64, 64], 0, 0.1, 'float32', i)))
  const loss = (x: tf.Tensor) =>
    tf.mean(weights.reduce((y, w) => recompute((z: tf.Tensor) => tf.tanh(tf.matMul(z as tf.Tensor2D, w)))(y), x))
  const step = await compile((x: tf.Tensor) => tf.variableGrads(() => loss(x) as tf.Scalar), [{ shape: [32, 64] }], {
    profileFilePrefix,
  })
  await step.run(new Float32Array(32 * 64).fill(0.5))
  await step.dispose()
  const [name] = (await readdir(tmpdir())).filter((file) => file.startsWith(`segments-${process.pid}`))
  const events = JSON.parse(await readFile(join(tmpdir(), name), 'utf8')) as {
    name: string
    args?: { op_name?: string }
  }[]
  await rm(join(tmpdir(), name))
  const operators = events.filter(({ name }) => name.endsWith('_kernel_time')).map(({ args }) => args?.op_name)
  const tanhs = operators.flatMap((op, i) => (op === 'Tanh' ? [i] : []))
  // The last segment, whose gradient comes at once, is computed once.
  expect(tanhs.length).toBe(11)
  const products = (from: number, to: number) =>
    operators.slice(from, to).filter((op) => op === 'MatMul' || op === 'Gemm' || op?.includes('FusedMatMul')).length
  // Between two second computations: the gradients of the weights and of the input of one segment, and the product of the next.
  for (let i = 5; i < 10; i++) expect(products(tanhs[i], tanhs[i + 1])).toBe(3)
  tf.dispose(weights)
})
