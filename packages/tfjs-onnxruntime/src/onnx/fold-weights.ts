/** Does once what ONNX Runtime would do each time that it loads a file. */
import { type Graph, type Node, numbersOf, sizeOf, type Value } from '../graph/graph.ts'
import { transposed } from '../graph/passes/fold-constants.ts'
import { removeDeadNodes } from '../graph/rewrite.ts'

/** The largest number of half precision, and the least size of a channel's largest weight: numbers below 2^-14 lose digits. */
const [largestHalf, leastHalf] = [65504, 2 ** -10]

/**
 * before: BatchNormalization(Add(Conv(x, Transpose(filter)), bias), scale, ...); after: Conv(x, filter, bias).
 *
 * A convolution whose output or filter is read elsewhere, too, keeps its normalization: a copy of the filter would make the file larger.
 *
 * @param isHalf whether weights will be stored in half precision: then a normalization stays that would take them out of its range
 */
export function foldWeights(graph: Graph, { isHalf }: { readonly isHalf: boolean }): Graph {
  return removeDeadNodes(foldConvolutions(moveConstants(graph), isHalf))
}

/** Transposes and reshapes of constants that nothing else reads become constants. */
function moveConstants(graph: Graph): Graph {
  const uses = countUses(graph)
  const moved = new Map<Value, Value>()
  const nodes = graph.nodes.map((given): Node => {
    const node = { ...given, inputs: given.inputs.map((value) => value && (moved.get(value) ?? value)) }
    const [source] = given.inputs
    const constant = source && uses.get(source) === 1 ? movedConstant(node) : undefined
    if (constant) moved.set(node.outputs[0], constant)
    return node
  })
  return removeDeadNodes({ ...graph, nodes })
}

/** What a transpose or a reshape makes of a constant. */
function movedConstant({ op, inputs: [source, target], outputs: [output], attributes }: Node): Value | undefined {
  if (source?.constant === undefined || source.dtype !== 'float32') return undefined
  if (op === 'Reshape' && target?.constant !== undefined) return { ...output, constant: source.constant }
  if (op !== 'Transpose') return undefined
  if (source.constant.splat) return { ...output, constant: source.constant }
  const data = Float32Array.from(transposed(numbersOf(source), source.shape, attributes.perm as readonly number[]))
  return constantOf(output.shape, data)
}

/** A folded convolution stands where it stood, so that what reads its shape comes behind it. */
function foldConvolutions(graph: Graph, isHalf: boolean): Graph {
  const uses = countUses(graph)
  const placeOf = new Map<Value, number>()
  const replaced = new Map<Value, Value>()
  const nodes = [...graph.nodes]
  const taken = new Set<Node>()
  for (const [at, node] of graph.nodes.entries()) {
    if (node.op === 'Conv') placeOf.set(node.outputs[0], at)
    const image = node.inputs.find((value) => value && placeOf.has(value))
    if (image === undefined || uses.get(image) !== 1) continue
    const place = placeOf.get(image)!
    const isShared = (uses.get(nodes[place].inputs[1]!) ?? 1) !== 1 // a filter of a fold before is the convolution's own
    const folded = merged(nodes[place], node, isShared, isHalf)
    if (folded === undefined) continue
    nodes[place] = folded
    placeOf.set(node.outputs[0], place)
    replaced.set(image, node.outputs[0])
    taken.add(node)
  }
  const current = (value: Value): Value => {
    const next = replaced.get(value)
    return next ? current(next) : value
  }
  const kept = nodes.filter((node) => !taken.has(node))
  return {
    ...graph,
    nodes: kept.map((node) => ({ ...node, inputs: node.inputs.map((value) => value && current(value)) })),
  }
}

/** How often values are read other than for their shape. */
function countUses({ nodes, outputs }: Graph): ReadonlyMap<Value, number> {
  const uses = new Map<Value, number>()
  const readers = nodes.filter(({ op }) => op !== 'Shape')
  for (const value of [...readers.flatMap(({ inputs }) => inputs), ...outputs])
    if (value) uses.set(value, (uses.get(value) ?? 0) + 1)
  return uses
}

/** The convolution that does what it and the node behind it do: a normalization, or the addition of a number for each channel. */
function merged(convolution: Node, node: Node, isShared: boolean, isHalf: boolean): Node | undefined {
  const [image, filter, bias] = convolution.inputs
  if (filter?.constant === undefined || (bias && bias.constant === undefined)) return undefined
  const affine = affineOf(node, convolution.outputs[0])
  if (affine === undefined || (affine.scale && isShared)) return undefined
  const { scale, shift } = affine
  const before = bias ? numbersOf(bias) : new Float32Array(shift.length)
  const biases = Float32Array.from(shift, (change, channel) => before[channel] * (scale?.[channel] ?? 1) + change)
  const weights = scale ? scaled(filter, scale) : filter
  if (
    isHalf &&
    !(weightsFitHalf(numbersOf(weights), shift.length) && biases.every((bias) => Math.abs(bias) <= largestHalf))
  )
    return undefined
  return { ...convolution, inputs: [image, weights, constantOf([shift.length], biases)], outputs: node.outputs }
}

/** What a node computes of each channel, if that is scale x + shift with known numbers; no scale is 1. */
function affineOf(
  { op, inputs, attributes }: Node,
  image: Value,
): { readonly scale?: Float64Array; readonly shift: Float64Array } | undefined {
  const others = inputs.filter((value): value is Value => value !== undefined && value !== image)
  if (!others.every((value) => value.constant !== undefined)) return undefined
  if (op === 'BatchNormalization') {
    const [factor, offset, mean, variance] = others.map(numbersOf)
    const { float: epsilon } = attributes.epsilon as { readonly float: number }
    const scale = Float64Array.from(factor, (value, i) => value / Math.sqrt(variance[i] + epsilon))
    return { scale, shift: scale.map((value, i) => offset[i] - mean[i] * value) }
  }
  const [numbers] = others
  if (op !== 'Add' || numbers === undefined || !isPerChannel(numbers.shape, image.shape)) return undefined
  return { shift: Float64Array.from(numbersOf(numbers)) }
}

/** Whether a shape beside [N, C, ...space] is [C, 1, ...], with ones before it or not. */
function isPerChannel(shape: readonly number[], image: readonly number[]): boolean {
  const own = shape.slice(-image.length + 1)
  return own.length === image.length - 1 && own[0] === image[1] && sizeOf(shape) === own[0]
}

function scaled(filter: Value, scale: ArrayLike<number>): Value {
  const weights = numbersOf(filter)
  const perChannel = weights.length / scale.length
  const data = Float32Array.from(weights, (weight, i) => weight * scale[Math.floor(i / perChannel)])
  return constantOf(filter.shape, data)
}

/** Whether the largest weight of each channel keeps its digits, and those of nearly all others, in half precision. */
function weightsFitHalf(weights: ArrayLike<number>, channels: number): boolean {
  const perChannel = weights.length / channels
  const largest = new Float64Array(channels)
  for (let i = 0; i < weights.length; i++) {
    const channel = Math.floor(i / perChannel)
    largest[channel] = Math.max(largest[channel], Math.abs(weights[i]))
  }
  return largest.every((size) => size === 0 || (size >= leastHalf && size <= largestHalf))
}

const constantOf = (shape: readonly number[], data: Float32Array): Value => ({
  shape,
  dtype: 'float32',
  constant: { data, splat: false },
})
