import { expect, test } from 'vitest'
import { numbersOf } from '../../src/graph/graph.ts'
import { mergeGroups } from '../../src/graph/passes/merge-groups.ts'
import { shrinkTransposes } from '../../src/graph/passes/shrink-transposes.ts'
import { splitTransposes } from '../../src/graph/passes/split-transposes.ts'
import { sumProducts } from '../../src/graph/passes/sum-products.ts'
import { sumRows } from '../../src/graph/passes/sum-rows.ts'
import { build, describeGraph } from './describe-graph.ts'

test('transposes lose axes of length 1 and join neighbours, but not where a product takes them in', () => {
  const graph = build((b) => [
    b.transpose(b.input([1, 1, 64, 32], 'float32'), [3, 2, 0, 1]),
    b.transpose(b.input([1, 1, 64, 32], 'float32'), [0, 1, 3, 2]),
    b.transpose(b.input([3, 3, 64, 32], 'float32'), [3, 0, 1, 2]),
  ])
  expect(describeGraph(graph)).toEqual([
    'a = Transpose(in0) perm 3,2,0,1 [32,64,1,1]',
    'b = Transpose(in1) perm 0,1,3,2 [1,1,32,64]',
    'c = Transpose(in2) perm 3,0,1,2 [32,3,3,64]',
    'return a, b, c',
  ])
  expect(describeGraph(shrinkTransposes(graph))).toEqual([
    'a = Reshape(in0, (64,32)) [64,32]',
    'b = Transpose(a) perm 1,0 [32,64]',
    'c = Reshape(b, (32,64,1,1)) [32,64,1,1]',
    'd = Transpose(in1) perm 0,1,3,2 [1,1,32,64]',
    'e = Reshape(in2, (576,32)) [576,32]',
    'f = Transpose(e) perm 1,0 [32,576]',
    'g = Reshape(f, (32,3,3,64)) [32,3,3,64]',
    'return c, d, g',
  ])
})

test('a transpose of three axes becomes a gather of rows and the transpose of a matrix, in the order of longer rows', () => {
  const graph = build((b) => [
    b.transpose(b.input([2, 3, 16], 'float32'), [2, 1, 0]),
    b.transpose(b.input([16, 2, 3], 'float32'), [2, 1, 0]),
    b.transpose(b.input([2, 3, 4], 'float32'), [2, 1, 0]),
  ])
  expect(describeGraph(graph)).toEqual([
    'a = Transpose(in0) perm 2,1,0 [16,3,2]',
    'b = Transpose(in1) perm 2,1,0 [3,2,16]',
    'c = Transpose(in2) perm 2,1,0 [4,3,2]',
    'return a, b, c',
  ])
  expect(describeGraph(splitTransposes(graph))).toEqual([
    'a = Reshape(in0, (6,16)) [6,16]',
    'b = Gather(a, (0,3,1,4,2,5)) [6,16]',
    'c = Reshape(b, (3,2,16)) [3,2,16]',
    'd = Reshape(c, (6,16)) [6,16]',
    'e = Transpose(d) perm 1,0 [16,6]',
    'f = Reshape(e, (16,3,2)) [16,3,2]',
    'g = Reshape(in1, (16,6)) [16,6]',
    'h = Transpose(g) perm 1,0 [6,16]',
    'i = Reshape(h, (2,3,16)) [2,3,16]',
    'j = Reshape(i, (6,16)) [6,16]',
    'k = Gather(j, (0,3,1,4,2,5)) [6,16]',
    'l = Reshape(k, (3,2,16)) [3,2,16]',
    'm = Transpose(in2) perm 2,1,0 [4,3,2]',
    'return f, l, m',
  ])
})

test('a sum over the first axis alone is a product with ones', () => {
  const graph = build((b) => {
    const x = b.input([2, 3, 4], 'float32')
    return [b.reduce('ReduceSum', x, [0]), b.reduce('ReduceSum', x, [0, 1])]
  })
  expect(describeGraph(graph)).toEqual([
    'a = ReduceSum(in0, (0)) [3,4]',
    'b = ReduceSum(in0, (0,1)) [4]',
    'return a, b',
  ])
  expect(describeGraph(sumRows(graph))).toEqual([
    'a = Reshape(in0, (2,12)) [2,12]',
    'b = MatMul(1[1,2], a) [1,12]',
    'c = Reshape(b, (3,4)) [3,4]',
    'd = ReduceSum(in0, (0,1)) [4]',
    'return c, d',
  ])
})

test('sums of products over images of at least 1,024 pixels become products of matrices', () => {
  const graph = build((b) => {
    const [x, y] = [b.input([2, 3, 32, 32], 'float32'), b.input([2, 3, 32, 32], 'float32')]
    const small = b.input([2, 3, 4, 4], 'float32')
    return [
      b.reduce('ReduceSum', b.add('Mul', [x, y]), [0, 2, 3]),
      b.reduce('ReduceSum', b.add('Mul', [small, small]), [0, 2, 3]),
    ]
  })
  expect(describeGraph(graph)).toEqual([
    'a = Mul(in0, in1) [2,3,32,32]',
    'b = ReduceSum(a, (0,2,3)) [3]',
    'c = Mul(in2, in2) [2,3,4,4]',
    'd = ReduceSum(c, (0,2,3)) [3]',
    'return b, d',
  ])
  expect(describeGraph(sumProducts(graph))).toEqual([
    'a = Reshape(in0, (6,1,1024)) [6,1,1024]',
    'b = Reshape(in1, (6,1,1024)) [6,1,1024]',
    'c = FusedMatMul(a, b) [6,1,1]',
    'd = Reshape(c, (2,3)) [2,3]',
    'e = ReduceSum(d, (0)) [3]',
    'f = Mul(in2, in2) [2,3,4,4]',
    'g = ReduceSum(f, (0,2,3)) [3]',
    'return e, g',
  ])
})

test('narrow groups of a convolution with constant filters are joined to 16 channels', () => {
  const numbers = Array.from({ length: 32 * 8 }, (_, i) => i + 1)
  const convolution = { kernel_shape: [1, 1], group: 4 }
  const graph = build((b) => {
    const x = b.input([1, 32, 5, 5], 'float32')
    const narrow = b.constant(numbers, [32, 8, 1, 1], 'float32')
    return [b.add('Conv', [x, narrow], convolution), b.add('Conv', [x, b.input([32, 8, 1, 1], 'float32')], convolution)]
  })
  expect(describeGraph(graph)).toEqual([
    'a = Conv(in0, const[32,8,1,1]) [1,32,5,5]',
    'b = Conv(in0, in1) [1,32,5,5]',
    'return a, b',
  ])
  const after = mergeGroups(graph)
  expect(describeGraph(after)).toEqual([
    'a = Conv(in0, const[32,16,1,1]) [1,32,5,5]',
    'b = Conv(in0, in1) [1,32,5,5]',
    'return a, b',
  ])
  expect(after.nodes[0].attributes.group).toBe(2)
  const zeros = new Array(8).fill(0)
  const rowOf = (out: number) => numbers.slice(8 * out, 8 * out + 8)
  const wide = Array.from({ length: 32 }, (_, out) =>
    (out >> 3) & 1 ? [...zeros, ...rowOf(out)] : [...rowOf(out), ...zeros],
  )
  expect(Array.from(numbersOf(after.nodes[0].inputs[1]!))).toEqual(wide.flat())
})
