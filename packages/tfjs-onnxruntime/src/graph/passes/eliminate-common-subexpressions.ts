/** Common subexpression elimination: equal nodes are computed once. */
import { type Attributes, type Graph, numbersOf, sizeOf, splatOf, type Value } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/** Random numbers differ between calls: equal nodes do not have equal values. */
const impure = new Set(['RandomUniform', 'RandomNormal', 'RandomUniformLike', 'RandomNormalLike'])

/** Commutative operators. */
const commutative = new Set(['Add', 'Mul'])

/** before: Add(Relu(x), Relu(x)); after: y = Relu(x), Add(y, y). */
export function eliminateCommonSubexpressions(graph: Graph): Graph {
  const ids = new Map<Value, string>()
  const known = new Map<string, readonly Value[]>()
  const idOf = (value: Value | undefined): string => {
    if (value === undefined) return '-'
    const id = ids.get(value) ?? (value.constant === undefined ? `v${ids.size}` : constantKey(value, ids.size))
    ids.set(value, id)
    return id
  }
  return rewrite(graph, (node, inputs, builder) => {
    if (impure.has(node.op)) return undefined
    const operands = inputs.map(idOf)
    if (commutative.has(node.op)) operands.sort()
    const key = `${node.op}(${operands})${attributesKey(node.attributes)}`
    const outputs = known.get(key) ?? builder.addAll(node.op, inputs, node.attributes)
    known.set(key, outputs)
    return outputs
  })
}

/** Constants are compared by value, long ones by identity. */
function constantKey(value: Value, id: number): string {
  const splat = splatOf(value)
  const type = `${value.dtype}[${value.shape}]`
  if (splat !== undefined) return `${type}=${Object.is(splat, -0) ? '-0' : splat}`
  return sizeOf(value.shape) <= 64 ? `${type}=${Array.from(numbersOf(value))}` : `c${id}`
}

function attributesKey(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)))
}
