import { expect, test } from 'vitest'
import { hashOf, sameStructure } from '../../src/backend/graph-structure.ts'
import { GraphBuilder } from '../../src/graph/builder.ts'
import type { Graph, Value } from '../../src/graph/graph.ts'

type Make = (b: GraphBuilder, x: Value, y: Value) => Value | readonly Value[]

/** Of two inputs [2, 3]. */
function graphOf(make: Make, [shape, dtype]: readonly [number[], 'float32' | 'int32'] = [[2, 3], 'float32']): Graph {
  const builder = new GraphBuilder()
  const result = make(builder, builder.input(shape, dtype), builder.input([2, 3], 'float32'))
  return builder.finish([result].flat() as Value[])
}

const pad: Make = (b, x) => b.pad(x, [0, 0], [1, 1], 0)

/** No two of them may share a session. */
const graphs: Readonly<Record<string, Graph>> = {
  sum: graphOf((b, x, y) => b.add('Add', [x, y])),
  'the other order': graphOf((b, x, y) => b.add('Add', [y, x])),
  'one input twice': graphOf((b, x) => b.add('Add', [x, x])),
  difference: graphOf((b, x, y) => b.add('Sub', [x, y])),
  'another shape': graphOf((b, x, y) => b.add('Add', [x, y]), [[1, 3], 'float32']),
  'another type': graphOf((b, x) => b.add('Neg', [x]), [[2, 3], 'int32']),
  negation: graphOf((b, x) => b.add('Neg', [x])),
  'two outputs': graphOf((b, x) => [b.add('Neg', [x]), b.add('Abs', [x])]),
  'two outputs, exchanged': graphOf((b, x) => {
    const negated = b.add('Neg', [x])
    return [b.add('Abs', [x]), negated]
  }),
  'zero added': graphOf((b, x) => b.withScalar('Add', x, 0)),
  'minus zero added': graphOf((b, x) => b.withScalar('Add', x, -0)),
  'a fraction added': graphOf((b, x) => b.withScalar('Add', x, 0.25)),
  'another fraction added': graphOf((b, x) => b.withScalar('Add', x, 0.5)),
  'numbers added': graphOf((b, x) => b.add('Add', [x, b.constant([1, 2, 3], [3], 'float32')])),
  'other numbers added': graphOf((b, x) => b.add('Add', [x, b.constant([1, 2, 4], [3], 'float32')])),
  'the same number, three times': graphOf((b, x) => b.add('Add', [x, b.fill(1, [3])])),
  'the same number, once': graphOf((b, x) => b.add('Add', [x, b.fill(1, [1])])),
  padding: graphOf(pad),
  'padding without its optional number': graphOf((b, x) => b.add('Pad', [x, b.integers([0, 0, 1, 1])])),
  'a lower bound': graphOf((b, x) => b.add('Clip', [x, b.scalar(0), undefined])),
  'an upper bound': graphOf((b, x) => b.add('Clip', [x, undefined, b.scalar(6)])),
  'both bounds': graphOf((b, x) => b.add('Clip', [x, b.scalar(0), b.scalar(6)])),
  transposition: graphOf((b, x) => b.add('Transpose', [x], { perm: [1, 0] })),
  'transposition that changes nothing': graphOf((b, x) => b.add('Transpose', [x], { perm: [0, 1] })),
  'an attribute': graphOf((b, x) => b.add('Elu', [x], { alpha: { float: 1 } })),
  'another attribute': graphOf((b, x) => b.add('Elu', [x], { alpha: { float: 0.5 } })),
  'no attribute': graphOf((b, x) => b.add('Elu', [x])),
  'a number in place of a float': graphOf((b, x) => b.add('Elu', [x], { alpha: 1 })),
}
const names = Object.keys(graphs)

test('graphs of another structure are told apart', () => {
  const alike = names.flatMap((a, i) =>
    names.slice(i + 1).flatMap((b) => (sameStructure(graphs[a]!, graphs[b]!) ? [`${a} = ${b}`] : [])),
  )
  expect(alike).toEqual([])
})

test('a graph that is built again is the same, with the same hash', () => {
  const make: Make = (b, x, y) => {
    const padded = b.pad(b.add('Mul', [x, b.constant([1, NaN, 3], [3], 'float32')]), [0, 0], [1, 1], 2)
    const [largest, places] = b.addAll('TopK', [padded, b.integers([2])], { axis: -1, largest: 1, sorted: 1 })
    return [b.transpose(largest!, [1, 0]), places!, b.add('Elu', [y], { alpha: { float: 1 } })]
  }
  expect(sameStructure(graphOf(make), graphOf(make))).toBe(true)
  expect(hashOf(graphOf(make))).toBe(hashOf(graphOf(make)))
})

test('most hashes are different: attributes and all but the first of several numbers are compared alone', () => {
  const different = new Set(names.map((name) => hashOf(graphs[name]!))).size
  expect(different).toBeGreaterThan(0.6 * names.length)
})
