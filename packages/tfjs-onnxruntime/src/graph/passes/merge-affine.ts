/**
 * Defers per-channel arithmetic, scale x + shift, until an operator needs the elements: consecutive operations become one pass over memory,
 * and sums over the image are taken of x itself.
 */
import type { GraphBuilder } from '../builder.ts'
import { type Graph, type Node, numbersOf, sameShape, sizeOf, splatOf, type Value } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/** scale source + shift. Beside a source [N, C, ...space] both are [1 or N, 1 or C, 1, ...]. */
interface Affine {
  readonly source: Value
  readonly scale?: Value | undefined
  readonly shift?: Value | undefined
}

/** The values of the new graph so far that are affine. */
type Known = ReadonlyMap<Value, Affine>

/** Below this many pixels, a convolution's overhead per channel exceeds the cost of passes over memory (measured at 128 to 8192). */
const minPixels = 128

/**
 * before: y = BatchNormalization(x, ...), ReduceMean(y, (2, 3)), Relu(y); after: ReduceSum(x, (2, 3)), scaled and shifted, and Relu of a Conv
 * of x with one group per channel, which ONNX Runtime fuses with the Relu.
 *
 * A difference from vectors is left alone: sums of centered values keep digits that sums of the values themselves lose. So are vectors that are
 * constants: ONNX Runtime folds them into the preceding convolution.
 */
export function mergeAffine(graph: Graph): Graph {
  const known = new Map<Value, Affine>()
  return rewrite(graph, (node, given, b) => {
    const inputs = given as readonly Value[]
    const affine = affineOf(b, node, inputs, known)
    if (affine !== undefined) {
      const value = compute(b, affine)
      known.set(value, affine)
      return [value]
    }
    const merged = node.op === 'Add' ? sumOf(b, inputs, known) : reductionOf(b, node, inputs, known)
    return merged && [merged]
  })
}

function affineOf(b: GraphBuilder, node: Node, inputs: readonly Value[], known: Known): Affine | undefined {
  const { shape, dtype } = node.outputs[0]
  if (dtype !== 'float32' || shape.length < 3 || shape.length > 5 || sizeOf(shape.slice(2)) < minPixels)
    return undefined
  const before = (x: Value): Affine => known.get(x) ?? { source: x }
  if (node.op === 'BatchNormalization') return normalized(b, node, inputs, before(inputs[0]))
  if (node.op !== 'Mul' && node.op !== 'Add') return undefined
  const vector = inputs.find((value) => value.constant === undefined && isPerChannel(value.shape, shape))
  const image = inputs.find((value) => value !== vector)
  if (vector === undefined || image === undefined || !sameShape(image.shape, shape)) return undefined
  const wide = b.reshape(vector, [...new Array(shape.length - vector.shape.length).fill(1), ...vector.shape])
  return (node.op === 'Mul' ? scaled : shifted)(b, before(image), wide)
}

/** Whether a shape has one value per channel, or per image and channel. */
function isPerChannel(shape: readonly number[], image: readonly number[]): boolean {
  const space = image.length - 2
  return shape.length >= space && shape.slice(-space).every((length) => length === 1)
}

function normalized(b: GraphBuilder, node: Node, inputs: readonly Value[], x: Affine): Affine | undefined {
  const [, scale, offset, mean, variance] = inputs
  if (inputs.slice(1).every(({ constant }) => constant !== undefined)) return undefined
  const { float: epsilon } = node.attributes.epsilon as { readonly float: number }
  const deviation = b.add('Sqrt', [b.withScalar('Add', variance, epsilon)])
  const factor = b.add('Mul', [scale, b.add('Reciprocal', [deviation])])
  const change = splatOf(mean) === 0 ? offset : b.add('Sub', [offset, b.add('Mul', [mean, factor])])
  const wide = x.source.shape.map((_, axis) => (axis === 1 ? scale.shape[0] : 1))
  return shifted(b, scaled(b, x, b.reshape(factor, wide)), b.reshape(change, wide))
}

function scaled(b: GraphBuilder, { source, scale, shift }: Affine, factor: Value): Affine {
  const times = (value: Value): Value => b.add('Mul', [value, factor])
  return { source, scale: scale === undefined ? factor : times(scale), shift: shift && times(shift) }
}

function shifted(b: GraphBuilder, { source, scale, shift }: Affine, change: Value): Affine {
  return { source, scale, shift: shift === undefined ? change : b.add('Add', [shift, change]) }
}

function compute(b: GraphBuilder, { source, scale, shift }: Affine): Value {
  if (shift === undefined) return b.add('Mul', [source, scale!])
  if (scale === undefined) return b.add('Add', [source, shift])
  return convolve(b, source, scale, shift)
}

/** The sum of two: the convolution of one accumulates into the other in memory. */
function sumOf(b: GraphBuilder, [left, right]: readonly Value[], known: Known): Value | undefined {
  const [first, second] = [known.get(left), known.get(right)]
  if (first?.scale === undefined || second?.scale === undefined || !sameShape(left.shape, right.shape)) return undefined
  const shifts = [first, second].flatMap(({ shift }) => shift ?? [])
  const shift = shifts.length === 0 ? b.scalar(0) : shifts.reduce((sum, next) => b.add('Add', [sum, next]))
  return convolve(b, first.source, first.scale, shift, b.add('Mul', [second.source, second.scale]))
}

/** A convolution of each channel with a single weight; its result is added to `sum`. */
function convolve(b: GraphBuilder, source: Value, scale: Value, shift: Value, sum?: Value): Value {
  const [batch, channels, ...space] = source.shape
  const images = Math.max(scale.shape[0], shift.shape[0] ?? 1)
  const group = images * channels
  const ones = space.map(() => 1)
  const [filter, bias] = [scale, shift].map((value) => b.expand(value, [images, channels, ...ones]))
  const join = (value: Value): Value => b.reshape(value, [batch / images, group, ...space])
  const inputs = [join(source), b.reshape(filter, [group, 1, ...ones]), b.reshape(bias, [group])]
  const result =
    sum === undefined ? b.add('Conv', inputs, { group }) : b.add('FusedConv', [...inputs, join(sum)], { group })
  return b.reshape(result, source.shape)
}

/** The sum or mean over images of scale x + shift, or of its product with another image. */
function reductionOf(b: GraphBuilder, node: Node, [x, axes]: readonly Value[], known: Known): Value | undefined {
  if (node.op !== 'ReduceSum' && node.op !== 'ReduceMean') return undefined
  const over = Array.from(numbersOf(axes))
  const space = [...x.shape.keys()].slice(2)
  if (over.includes(1) || !space.every((axis) => over.includes(axis))) return undefined
  const [value, other] = known.has(x) ? [x] : factorsOf(x, known)
  if (value === undefined) return undefined
  const { source, scale, shift } = known.get(value)!
  const isPerImage = [scale, shift].some((vector) => vector !== undefined && vector.shape[0] > 1)
  const first = isPerImage ? space : over
  const count = (axes: readonly number[]): number => sizeOf(axes.map((axis) => x.shape[axis]))
  const sum = (image: Value): Value => b.reduce('ReduceSum', image, first, true)
  const sums = sum(other === undefined ? source : b.add('Mul', [source, other]))
  const main = scale === undefined ? sums : b.add('Mul', [sums, scale])
  const constants = other === undefined ? b.scalar(count(first)) : shift && sum(other)
  const total = shift === undefined ? main : b.add('Add', [main, b.add('Mul', [shift, constants!])])
  const batch = isPerImage && over.includes(0) ? [0] : []
  const whole = b.reduce('ReduceSum', total, batch, true)
  return b.reshape(node.op === 'ReduceSum' ? whole : b.withScalar('Mul', whole, 1 / count(over)), node.outputs[0].shape)
}

/** An affine factor of a product of two images, and the other factor. */
function factorsOf(x: Value, known: Known): readonly Value[] {
  const factors = x.producer?.op === 'Mul' ? (x.producer.inputs as readonly Value[]) : []
  const [left, right] = factors
  if (left === right || !factors.every(({ shape }) => sameShape(shape, x.shape))) return []
  return known.has(left) ? [left, right] : known.has(right) ? [right, left] : []
}
