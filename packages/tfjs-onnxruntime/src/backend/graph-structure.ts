/**
 * What graphs of one session have in common: nodes, shapes, constants, outputs, and in which order they were made. They are compared number by number, since a key of
 * text takes as long to write as a small graph takes to run.
 */
import {
  type Attribute,
  type Attributes,
  type Graph,
  type Node,
  sameShape,
  splatOf,
  type Value,
} from '../graph/graph.ts'

/** Equal for graphs of the same structure, and different for most others. */
export function hashOf({ inputs, nodes, outputs }: Graph): number {
  let hash = inputs.length
  for (const { shape } of inputs) for (const length of shape) hash = mix(hash, length)
  for (const node of nodes) {
    hash = mix(hash, numberOf(node.op))
    for (const input of node.inputs) hash = mix(hash, hashOfValue(input))
  }
  for (const output of outputs) hash = mix(hash, hashOfValue(output))
  return hash
}

/** Whether graphs, each as one builder made it, have the same structure. */
export function sameStructure(a: Graph, b: Graph): boolean {
  if (a.inputs.length !== b.inputs.length || a.nodes.length !== b.nodes.length) return false
  for (let i = 0; i < a.inputs.length; i++) {
    const [x, y] = [a.inputs[i], b.inputs[i]]
    if (x.place !== y.place || x.dtype !== y.dtype || !sameShape(x.shape, y.shape)) return false
  }
  for (let i = 0; i < a.nodes.length; i++) if (!sameNode(a.nodes[i], b.nodes[i])) return false
  return sameValues(a.outputs, b.outputs)
}

/** FNV-1a by words, http://www.isthe.com/chongo/tech/comp/fnv. */
function mix(hash: number, word: number): number {
  return Math.imul(hash ^ word, 0x01000193)
}

const numbers = new Map<string, number>()

/** A number for the name of an operator. */
function numberOf(op: string): number {
  let number = numbers.get(op)
  if (number === undefined) {
    number = numbers.size
    numbers.set(op, number)
  }
  return number
}

function hashOfValue(value: Value | undefined): number {
  if (value === undefined) return -1
  const { constant, place } = value
  // Fractions count, too.
  return constant === undefined ? place! : mix(constant.data.length, constant.data[0] * 65_536)
}

function sameNode(a: Node, b: Node): boolean {
  return (
    a.op === b.op &&
    a.outputs.length === b.outputs.length &&
    a.outputs[0].place === b.outputs[0].place &&
    sameValues(a.inputs, b.inputs) &&
    sameAttributes(a.attributes, b.attributes)
  )
}

function sameValues(a: readonly (Value | undefined)[], b: readonly (Value | undefined)[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]]
    if (x?.constant !== undefined || y?.constant !== undefined) {
      if (!sameConstant(x, y)) return false
    } else if (x?.place !== y?.place) return false
  }
  return true
}

function sameConstant(x: Value | undefined, y: Value | undefined): boolean {
  if (x?.constant === undefined || y?.constant === undefined) return false
  if (x.dtype !== y.dtype || !sameShape(x.shape, y.shape)) return false
  const [one, other] = [splatOf(x), splatOf(y)]
  if (one !== undefined || other !== undefined) return Object.is(one, other)
  return sameNumbers(x.constant.data, y.constant.data)
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  for (const name in a) if (!sameAttribute(a[name], b[name])) return false
  for (const name in b) if (!(name in a)) return false
  return true
}

function sameAttribute(a: Attribute, b: Attribute | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b)
  if ('float' in a) return 'float' in b && Object.is(a.float, b.float)
  return !('float' in b) && sameNumbers(a, b)
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}
