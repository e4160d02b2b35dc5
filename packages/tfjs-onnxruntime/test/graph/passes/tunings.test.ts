import { expect, test } from 'vitest'
import { numbersOf } from '../../../src/graph/graph.ts'
import { mergeAffine } from '../../../src/graph/passes/merge-affine.ts'
import { mergeGroups } from '../../../src/graph/passes/merge-groups.ts'
import { shrinkTransposes } from '../../../src/graph/passes/shrink-transposes.ts'
import { splitTransposes } from '../../../src/graph/passes/split-transposes.ts'
import { sumProducts } from '../../../src/graph/passes/sum-products.ts'
import { sumRows } from '../../../src/graph/passes/sum-rows.ts'
import { build, describeGraph } from '../describe-graph.ts'

test('transposes lose axes of length 1 and join neighbors, but not where a product takes them in', () => {
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

const epsilon = { epsilon: { float: 1e-3 } }

test('a normalization is a convolution of each channel with one number, and its mean over the image is the scaled and shifted mean of its input', () => {
  const graph = build((b) => {
    const x = b.input([2, 3, 16, 16], 'float32')
    const [scale, offset, mean, variance] = [0, 1, 2, 3].map(() => b.input([3], 'float32'))
    const y = b.add('BatchNormalization', [x, scale, offset, mean, variance], epsilon)
    return [b.add('Relu', [y]), b.reduce('ReduceMean', y, [2, 3])]
  })
  expect(describeGraph(graph)).toEqual([
    'a = BatchNormalization(in0, in1, in2, in3, in4) [2,3,16,16]',
    'b = Relu(a) [2,3,16,16]',
    'c = ReduceMean(a, (2,3)) [2,3]',
    'return b, c',
  ])
  expect(describeGraph(mergeAffine(graph))).toEqual([
    'a = Add(in4, 0.0010000000474974513) [3]',
    'b = Sqrt(a) [3]',
    'c = Reciprocal(b) [3]',
    'd = Mul(in1, c) [3]',
    'e = Mul(in3, d) [3]',
    'f = Sub(in2, e) [3]',
    'g = Reshape(d, (1,3,1,1)) [1,3,1,1]',
    'h = Reshape(f, (1,3,1,1)) [1,3,1,1]',
    'i = Reshape(g, (3,1,1,1)) [3,1,1,1]',
    'j = Reshape(h, (3)) [3]',
    'k = Conv(in0, i, j) [2,3,16,16]',
    'l = Relu(k) [2,3,16,16]',
    'm = ReduceSum(in0, (2,3)) [2,3,1,1]',
    'n = Mul(m, g) [2,3,1,1]',
    'o = Mul(h, 256) [1,3,1,1]',
    'p = Add(n, o) [2,3,1,1]',
    'q = Mul(p, 0.00390625) [2,3,1,1]',
    'r = Reshape(q, (2,3)) [2,3]',
    'return l, r',
  ])
})

test('the sum of two scaled images is one convolution that adds to the other image; sums of products are scaled after they are taken', () => {
  const graph = build((b) => {
    const [x, dy] = [b.input([2, 3, 16, 16], 'float32'), b.input([2, 3, 16, 16], 'float32')]
    const [perImage, perChannel] = [b.input([2, 3, 1, 1], 'float32'), b.input([3, 1, 1], 'float32')]
    const scaled = b.add('Mul', [dy, perImage])
    const shifted = b.add('Add', [b.add('Mul', [x, perChannel]), perChannel])
    return [b.add('Add', [shifted, scaled]), b.reduce('ReduceSum', b.add('Mul', [scaled, x]), [0, 2, 3])]
  })
  expect(describeGraph(graph)).toEqual([
    'a = Mul(in1, in2) [2,3,16,16]',
    'b = Mul(in0, in3) [2,3,16,16]',
    'c = Add(b, in3) [2,3,16,16]',
    'd = Add(c, a) [2,3,16,16]',
    'e = Mul(a, in0) [2,3,16,16]',
    'f = ReduceSum(e, (0,2,3)) [3]',
    'return d, f',
  ])
  expect(describeGraph(mergeAffine(graph))).toEqual([
    'a = Reshape(in3, (1,3,1,1)) [1,3,1,1]',
    'b = Reshape(in3, (1,3,1,1)) [1,3,1,1]',
    'c = Mul(in1, in2) [2,3,16,16]',
    'd = Reshape(a, (3,1,1,1)) [3,1,1,1]',
    'e = Reshape(b, (3)) [3]',
    'f = FusedConv(in0, d, e, c) [2,3,16,16]',
    'g = Mul(in1, in0) [2,3,16,16]',
    'h = ReduceSum(g, (2,3)) [2,3,1,1]',
    'i = Mul(h, in2) [2,3,1,1]',
    'j = ReduceSum(i, (0)) [1,3,1,1]',
    'k = Reshape(j, (3)) [3]',
    'return f, k',
  ])
})

test('differences from a vector, constant vectors and small images stay as they are', () => {
  const graph = build((b) => {
    const [x, small] = [b.input([2, 3, 16, 16], 'float32'), b.input([2, 3, 8, 8], 'float32')]
    const vector = b.input([3, 1, 1], 'float32')
    const constants = [2, 0, 0, 1].map((number) => b.fill(number, [3]))
    const images = [
      b.add('Sub', [x, vector]),
      b.add('BatchNormalization', [x, ...constants], epsilon),
      b.add('Mul', [small, vector]),
    ]
    return images.map((image) => b.reduce('ReduceSum', image, [2, 3]))
  })
  expect(describeGraph(mergeAffine(graph))).toEqual(describeGraph(graph))
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
