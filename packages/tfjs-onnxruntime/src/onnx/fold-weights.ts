/** Does once what ONNX Runtime would do each time that it loads a file. */
import { type Graph, type Node, numbersOf, sizeOf, type Value } from '../graph/graph.ts'
import { transposed } from '../graph/passes/fold-constants.ts'
import { removeDeadNodes } from '../graph/rewrite.ts'

/**
 * before: BatchNormalization(Add(Conv(x, Transpose(filter)), bias), scale, ...); after: Conv(x, filter, bias).
 *
 * A convolution whose output is used elsewhere, too, keeps its normalization.
 */
export function foldWeights(graph: Graph): Graph {
  const uses = countUses(graph)
  const constants = new Map<Value, Value>()
  const convolutions = new Map<Value, Node>()
  const nodes = graph.nodes.map((given): Node => {
    const node = { ...given, inputs: given.inputs.map((value) => value && (constants.get(value) ?? value)) }
    const image = node.inputs.find((value) => value && convolutions.has(value))
    const convolution = image && uses.get(image) === 1 ? convolutions.get(image) : undefined
    const folded = (convolution && merged(convolution, node)) ?? node
    const [output] = folded.outputs
    if (folded.op === 'Conv') convolutions.set(output, folded)
    const moved = movedConstant(folded)
    if (moved) constants.set(output, moved)
    return folded
  })
  return removeDeadNodes({ ...graph, nodes })
}

function countUses({ nodes, outputs }: Graph): ReadonlyMap<Value, number> {
  const uses = new Map<Value, number>()
  for (const value of [...nodes.flatMap(({ inputs }) => inputs), ...outputs])
    if (value) uses.set(value, (uses.get(value) ?? 0) + 1)
  return uses
}

/** What a transpose or a reshape makes of a constant. */
function movedConstant({ op, inputs: [source, target], outputs: [output], attributes }: Node): Value | undefined {
  if (source?.constant === undefined || source.dtype !== 'float32') return undefined
  if (op === 'Reshape' && target?.constant !== undefined) return { ...output, constant: source.constant }
  if (op !== 'Transpose') return undefined
  const { splat } = source.constant
  if (splat) return { ...output, constant: source.constant }
  const data = Float32Array.from(transposed(numbersOf(source), source.shape, attributes.perm as readonly number[]))
  return { ...output, constant: { data, splat } }
}

/** The convolution that does what it and the node behind it do: a normalization, or the addition of a number for each channel. */
function merged(convolution: Node, node: Node): Node | undefined {
  const [image, filter, bias] = convolution.inputs
  if (filter?.constant === undefined || (bias && bias.constant === undefined)) return undefined
  const line = lineOf(node, convolution.outputs[0])
  if (line === undefined) return undefined
  const { factors, shifts } = line
  const before = bias ? numbersOf(bias) : new Float32Array(shifts.length)
  const biases = Float32Array.from(shifts, (shift, channel) => before[channel]! * factors[channel]! + shift)
  const weights = numbersOf(filter)
  const perChannel = weights.length / shifts.length
  const scaled = Float32Array.from(weights, (weight, i) => weight * factors[Math.floor(i / perChannel)]!)
  const inputs = [image, constant(filter.shape, scaled), constant([shifts.length], biases)]
  return { ...convolution, inputs, outputs: node.outputs }
}

/** What a node computes of each channel, if that is factor x + shift with known numbers. */
function lineOf(
  { op, inputs, attributes }: Node,
  image: Value,
): { readonly factors: Float64Array; readonly shifts: Float64Array } | undefined {
  const others = inputs.filter((value): value is Value => value !== undefined && value !== image)
  if (!others.every((value) => value.constant !== undefined)) return undefined
  if (op === 'BatchNormalization') {
    const [scale, offset, mean, variance] = others.map(numbersOf) as ArrayLike<number>[]
    const { float: epsilon } = attributes.epsilon as { readonly float: number }
    const factors = Float64Array.from(scale!, (factor, i) => factor / Math.sqrt(variance![i]! + epsilon))
    return { factors, shifts: factors.map((factor, i) => offset![i]! - mean![i]! * factor) }
  }
  const [numbers] = others
  if (op !== 'Add' || numbers === undefined || !isPerChannel(numbers.shape, image.shape)) return undefined
  return { factors: new Float64Array(image.shape[1]!).fill(1), shifts: Float64Array.from(numbersOf(numbers)) }
}

/** Whether a shape beside [N, C, ...space] is [C, 1, ...], with ones before it or not. */
function isPerChannel(shape: readonly number[], image: readonly number[]): boolean {
  const own = shape.slice(-image.length + 1)
  return own.length === image.length - 1 && own[0] === image[1] && sizeOf(shape) === own[0]
}

const constant = (shape: readonly number[], data: Float32Array): Value => ({
  ...{ shape, dtype: 'float32' },
  constant: { data, splat: false },
})
