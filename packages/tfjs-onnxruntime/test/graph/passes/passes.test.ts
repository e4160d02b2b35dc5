import { expect, test } from 'vitest'
import { GraphBuilder } from '../../../src/graph/builder.ts'
import type { Value } from '../../../src/graph/graph.ts'
import { eliminateCommonSubexpressions } from '../../../src/graph/passes/eliminate-common-subexpressions.ts'
import { expandUpdates } from '../../../src/graph/passes/expand-updates.ts'
import { flattenOutputs } from '../../../src/graph/passes/flatten-outputs.ts'
import { foldConstants } from '../../../src/graph/passes/fold-constants.ts'
import { mergeMovements } from '../../../src/graph/passes/merge-movements.ts'
import { nameOutputs } from '../../../src/graph/passes/name-outputs.ts'
import { propagateLayout } from '../../../src/graph/passes/propagate-layout.ts'
import { simplifyArithmetic } from '../../../src/graph/passes/simplify-arithmetic.ts'
import { sinkExpands } from '../../../src/graph/passes/sink-expands.ts'
import { sortByDepth } from '../../../src/graph/passes/sort-by-depth.ts'
import { removeDeadNodes } from '../../../src/graph/rewrite.ts'
import { build, describeGraph } from '../describe-graph.ts'

test('constants are folded: numbers of any size where they are all the same, small arrays else', () => {
  const graph = build((b) => {
    const x = b.input([2, 3], 'float32')
    const ones = b.add('Add', [b.fill(0.25, [2, 3]), b.scalar(0.75)])
    const numbers = b.add('Mul', [b.constant([1, 2, 3], [3], 'float32'), b.scalar(2)])
    return b.add('Add', [b.add('Mul', [x, ones]), numbers])
  })
  expect(describeGraph(graph)).toEqual([
    'a = Add(0.25[2,3], 0.75) [2,3]',
    'b = Mul(const[3], 2) [3]',
    'c = Mul(in0, a) [2,3]',
    'd = Add(c, b) [2,3]',
    'return d',
  ])
  const after = foldConstants(graph)
  expect(describeGraph(after)).toEqual(['a = Mul(in0, 1[2,3]) [2,3]', 'b = Add(a, const[3]) [2,3]', 'return b'])
  expect(Array.from(after.nodes[1].inputs[1]!.constant!.data)).toEqual([2, 4, 6])
})

test('arithmetic that changes nothing is dropped, and constant tensors become numbers', () => {
  const graph = build((b) => {
    const x = b.input([2, 1], 'float32')
    const grown = b.add('Mul', [x, b.fill(1, [2, 3])])
    const same = b.withScalar('Add', grown, 0)
    return b.add('Pow', [b.add('Div', [same, b.fill(6, [2, 3])]), b.scalar(2)])
  })
  expect(describeGraph(graph)).toEqual([
    'a = Mul(in0, 1[2,3]) [2,3]',
    'b = Add(a, 0) [2,3]',
    'c = Div(b, 6[2,3]) [2,3]',
    'd = Pow(c, 2) [2,3]',
    'return d',
  ])
  expect(describeGraph(simplifyArithmetic(graph))).toEqual([
    'a = Expand(in0, (2,3)) [2,3]',
    'b = Div(a, 6) [2,3]',
    'c = Mul(b, b) [2,3]',
    'return c',
  ])
})

test('a product with 0 is 0 of whole numbers, and stays of floats, which may be infinite', () => {
  const zeros = (dtype: 'int32' | 'float32') =>
    describeGraph(simplifyArithmetic(build((b) => b.add('Mul', [b.input([2], dtype), b.fill(0, [2], dtype)]))))
  expect(zeros('int32')).toEqual(['return 0[2]'])
  expect(zeros('float32')).toEqual(['a = Mul(in0, 0) [2]', 'return a'])
})

test('expansions sink behind arithmetic and vanish where it broadcasts', () => {
  const graph = build((b) => {
    const [x, y] = [b.input([2, 1], 'float32'), b.input([2, 3], 'float32')]
    return b.add('Add', [y, b.withScalar('Div', b.expand(x, [2, 3]), 6)])
  })
  expect(describeGraph(graph)).toEqual([
    'a = Expand(in0, (2,3)) [2,3]',
    'b = Div(a, 6) [2,3]',
    'c = Add(in1, b) [2,3]',
    'return c',
  ])
  expect(describeGraph(sinkExpands(graph))).toEqual(['a = Div(in0, 6) [2,1]', 'b = Add(in1, a) [2,3]', 'return b'])
})

test('the sum over an expanded axis is a product', () => {
  const graph = build((b) => b.reduce('ReduceSum', b.expand(b.input([2, 1], 'float32'), [2, 3]), [1]))
  expect(describeGraph(graph)).toEqual(['a = Expand(in0, (2,3)) [2,3]', 'b = ReduceSum(a, (1)) [2]', 'return b'])
  const after = describeGraph(sinkExpands(graph))
  expect(after.some((line) => line.includes('Expand'))).toBe(false)
  expect(after.some((line) => line.includes('Mul(') && line.includes(', 3)'))).toBe(true)
})

test('transposes that undo each other, reshapes in a row and casts there and back are merged', () => {
  const graph = build((b) => {
    const x = b.input([2, 3, 4], 'float32')
    const there = b.transpose(b.transpose(x, [0, 2, 1]), [0, 2, 1])
    const shaped = b.reshape(b.reshape(there, [6, 4]), [24, 1])
    return [b.transpose(shaped, [1, 0]), b.cast(b.cast(b.input([2], 'bool'), 'float32'), 'bool')]
  })
  expect(describeGraph(graph)).toEqual([
    'a = Transpose(in0) perm 0,2,1 [2,4,3]',
    'b = Transpose(a) perm 0,2,1 [2,3,4]',
    'c = Reshape(b, (6,4)) [6,4]',
    'd = Reshape(c, (24,1)) [24,1]',
    'e = Transpose(d) perm 1,0 [1,24]',
    'f = Cast(in1) [2]',
    'g = Cast(f) [2]',
    'return e, g',
  ])
  expect(describeGraph(mergeMovements(graph))).toEqual(['a = Reshape(in0, (1,24)) [1,24]', 'return a, in1'])
})

test('what is computed twice is computed once, factors and summands in any order', () => {
  const graph = build((b) => {
    const x = b.input([2], 'float32')
    return b.add('Add', [b.withScalar('Mul', b.add('Relu', [x]), 2), b.add('Mul', [b.scalar(2), b.add('Relu', [x])])])
  })
  expect(describeGraph(graph)).toEqual([
    'a = Relu(in0) [2]',
    'b = Mul(a, 2) [2]',
    'c = Relu(in0) [2]',
    'd = Mul(2, c) [2]',
    'e = Add(b, d) [2]',
    'return e',
  ])
  expect(describeGraph(eliminateCommonSubexpressions(graph))).toEqual([
    'a = Relu(in0) [2]',
    'b = Mul(a, 2) [2]',
    'c = Add(b, b) [2]',
    'return c',
  ])
})

test('images stay channels-first between convolutions: one transpose at each end, none between', () => {
  const graph = build((b) => {
    const [x, w, v] = [
      b.input([1, 8, 8, 3], 'float32'),
      b.input([4, 3, 3, 3], 'float32'),
      b.input([2, 4, 3, 3], 'float32'),
    ]
    const bias = b.input([4], 'float32')
    const convolve = (image: Value, filter: Value) =>
      b.transpose(
        b.add('Conv', [b.transpose(image, [0, 3, 1, 2]), filter], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
        [0, 2, 3, 1],
      )
    const hidden = b.add('Relu', [b.add('Add', [convolve(x, w), bias])])
    return [convolve(hidden, v), b.reduce('ReduceMean', hidden, [1, 2])]
  })
  expect(describeGraph(graph)).toEqual([
    'a = Transpose(in0) perm 0,3,1,2 [1,3,8,8]',
    'b = Conv(a, in1) [1,4,8,8]',
    'c = Transpose(b) perm 0,2,3,1 [1,8,8,4]',
    'd = Add(c, in3) [1,8,8,4]',
    'e = Relu(d) [1,8,8,4]',
    'f = Transpose(e) perm 0,3,1,2 [1,4,8,8]',
    'g = Conv(f, in2) [1,2,8,8]',
    'h = Transpose(g) perm 0,2,3,1 [1,8,8,2]',
    'i = ReduceMean(e, (1,2)) [1,4]',
    'return h, i',
  ])
  expect(describeGraph(propagateLayout(graph))).toEqual([
    'a = Transpose(in0) perm 0,3,1,2 [1,3,8,8]',
    'b = Conv(a, in1) [1,4,8,8]',
    'c = Reshape(in3, (1,1,1,4)) [1,1,1,4]',
    'd = Reshape(c, (1,4,1,1)) [1,4,1,1]',
    'e = Add(b, d) [1,4,8,8]',
    'f = Relu(e) [1,4,8,8]',
    'g = Conv(f, in2) [1,2,8,8]',
    'h = ReduceMean(f, (2,3)) [1,4]',
    'i = Transpose(g) perm 0,2,3,1 [1,8,8,2]',
    'return i, h',
  ])
})

test('nodes that no output needs are left out', () => {
  const graph = build((b) => {
    const x = b.input([2], 'float32')
    b.add('Exp', [x])
    return b.add('Relu', [x])
  })
  expect(describeGraph(graph)).toEqual(['a = Exp(in0) [2]', 'b = Relu(in0) [2]', 'return b'])
  expect(describeGraph(removeDeadNodes(graph))).toEqual(['a = Relu(in0) [2]', 'return a'])
})

test('outputs that are inputs, constants or other outputs get nodes of their own', () => {
  const graph = build((b) => {
    const x = b.input([2], 'float32')
    const y = b.add('Relu', [x])
    return [x, y, y, b.scalar(3), b.fill(0, [0])]
  })
  expect(describeGraph(graph)).toEqual(['a = Relu(in0) [2]', 'return in0, a, a, 3, const[0]'])
  expect(describeGraph(nameOutputs(graph))).toEqual([
    'a = Relu(in0) [2]',
    'b = Identity(in0) [2]',
    'c = Identity(a) [2]',
    'd = Identity(3) []',
    'e = Identity(const[0]) [0]',
    'return b, a, c, d, e',
  ])
})

test('nodes are sorted by depth, so that a mask is computed behind the chain that it is multiplied with', () => {
  const graph = build((b) => {
    const x = b.input([2], 'float32')
    const chain = b.add('Exp', [b.add('Sqrt', [b.add('Neg', [x])])])
    return b.add('Mul', [chain, b.add('Relu', [x])])
  })
  expect(describeGraph(graph)).toEqual([
    'a = Neg(in0) [2]',
    'b = Sqrt(a) [2]',
    'c = Exp(b) [2]',
    'd = Relu(in0) [2]',
    'e = Mul(c, d) [2]',
    'return e',
  ])
  expect(describeGraph(sortByDepth(graph))).toEqual([
    'a = Neg(in0) [2]',
    'b = Relu(in0) [2]',
    'c = Sqrt(a) [2]',
    'd = Exp(c) [2]',
    'e = Mul(d, b) [2]',
    'return e',
  ])
})

test('an update becomes arithmetic', () => {
  const graph = build((b) => {
    const [variable, m, v, gradient] = [1, 2, 3, 4].map(() => b.input([2], 'float32'))
    const scalars = [1, 2, 3].map(() => b.input([], 'float32'))
    return b.addAll('AdamUpdate', [variable, m, v, gradient, ...scalars, undefined, undefined], {
      beta2: { float: 0.75 },
    })
  })
  expect(describeGraph(graph)).toEqual([
    'a, b, c = AdamUpdate(in0, in1, in2, in3, in4, in5, in6, -, -) [2]',
    'return a, b, c',
  ])
  expect(describeGraph(expandUpdates(graph))).toEqual([
    'a = Sub(1, in4) []',
    'b = Mul(in1, in4) [2]',
    'c = Mul(in3, a) [2]',
    'd = Add(b, c) [2]',
    'e = Mul(in3, in3) [2]',
    'f = Mul(e, 0.25) [2]',
    'g = Mul(in2, 0.75) [2]',
    'h = Add(g, f) [2]',
    'i = Sqrt(h) [2]',
    'j = Add(i, in6) [2]',
    'k = Div(d, j) [2]',
    'l = Mul(k, in5) [2]',
    'm = Sub(in0, l) [2]',
    'return m, d, h',
  ])
})

test('what the host reads leaves the graph without a last reshape, what a user gets keeps its shape', () => {
  const b = new GraphBuilder()
  const sum = b.add('Add', [b.input([6], 'float32'), b.scalar(1)])
  const [result, gradient] = [b.reshape(b.add('Neg', [sum]), [2, 3]), b.reshape(sum, [3, 2])]
  const graph = b.finish([result, gradient])
  expect(describeGraph(graph)).toEqual([
    'a = Add(in0, 1) [6]',
    'b = Neg(a) [6]',
    'c = Reshape(b, (2,3)) [2,3]',
    'd = Reshape(a, (3,2)) [3,2]',
    'return c, d',
  ])
  expect(describeGraph(flattenOutputs(graph, 1))).toEqual([
    'a = Add(in0, 1) [6]',
    'b = Neg(a) [6]',
    'c = Reshape(b, (2,3)) [2,3]',
    'return c, a',
  ])
})
