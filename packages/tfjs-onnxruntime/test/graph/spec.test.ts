import { expect, test } from 'vitest'
import { GraphBuilder } from '../../src/graph/builder.ts'
import type { Graph, Node, Value } from '../../src/graph/graph.ts'
import { assertLegal } from '../../src/graph/spec.ts'

const x: Value = { shape: [2, 3], dtype: 'float32' }

function withNode(node: Node, inputs: Value[] = [x]): Graph {
  return { inputs, nodes: [node], outputs: node.outputs }
}

test('a graph that a builder made is legal', () => {
  const b = new GraphBuilder()
  const y = b.add('Relu', [b.input([2], 'float32')])
  expect(() => assertLegal(b.finish([y]))).not.toThrow()
})

test.each<[string, Graph, RegExp]>([
  [
    'an unknown operator',
    withNode({ op: 'Relu7', inputs: [x], outputs: [{ ...x }], attributes: {} }),
    /received Relu7/,
  ],
  [
    'a wrong shape',
    withNode({ op: 'Relu', inputs: [x], outputs: [{ shape: [3, 2], dtype: 'float32' }], attributes: {} }),
    /node 0 \(Relu\) with output 0/,
  ],
  [
    'a wrong type',
    withNode({ op: 'Relu', inputs: [x], outputs: [{ shape: [2, 3], dtype: 'int32' }], attributes: {} }),
    /node 0 \(Relu\)/,
  ],
  [
    'an input that nothing makes',
    withNode({ op: 'Relu', inputs: [x], outputs: [{ ...x }], attributes: {} }, []),
    /no earlier node makes/,
  ],
  [
    'too few inputs',
    withNode({ op: 'Add', inputs: [x], outputs: [{ ...x }], attributes: {} }),
    /2 to 2 inputs for Add but received 1/,
  ],
  [
    'sides of two types',
    withNode({ op: 'Add', inputs: [x, { ...x, dtype: 'int32' }], outputs: [{ ...x }], attributes: {} }),
    /float32 and int32|no earlier/,
  ],
  ['an output that is made twice', withNode({ op: 'Relu', inputs: [x], outputs: [x], attributes: {} }), /made twice/],
  ['an output that nothing makes', { inputs: [], nodes: [], outputs: [x] }, /output without a node/],
  [
    'a constant with too few numbers',
    { inputs: [], nodes: [], outputs: [{ ...x, constant: { data: new Float32Array(4), splat: false } }] },
    /output without a node/,
  ],
])('%s is not legal', (_, graph, message) => {
  expect(() => assertLegal(graph)).toThrow(message)
})
