/** Rewrites sums of products over whole images as matrix products, which read each image once and write none. */
import { type Graph, numbersOf, sameShape, sizeOf, type Value } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/** Below this many pixels, ONNX Runtime's overhead per product exceeds the cost of the pass over memory (measured at 128 to 8192). */
const minPixels = 1024

/** before: ReduceSum(Mul(x, y), (0, 2, 3)); after: FusedMatMul of [N C, 1, H W] with [N C, 1, H W], then ReduceSum over N. */
export function sumProducts(graph: Graph): Graph {
  const readers = new Map<Value | undefined, number>()
  for (const value of [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs])
    readers.set(value, (readers.get(value) ?? 0) + 1)
  return rewrite(graph, (node, [product], b) => {
    const factors = product?.producer?.op === 'Mul' ? (product.producer.inputs as readonly Value[]) : []
    if (node.op !== 'ReduceSum' || factors.length === 0 || product!.dtype !== 'float32') return undefined
    if (readers.get(node.inputs[0]) !== 1 || !sameShape(factors[0].shape, factors[1].shape)) return undefined
    const { shape } = product!
    const over = Array.from(numbersOf(node.inputs[1]!))
    const kept = shape.findLastIndex((_, axis) => !over.includes(axis)) + 1
    const rows = sizeOf(shape.slice(0, kept))
    const pixels = sizeOf(shape.slice(kept))
    if (pixels < minPixels) return undefined
    const [left, right] = factors.map((factor) => b.reshape(factor, [rows, 1, pixels]))
    const sums = b.reshape(b.add('FusedMatMul', [left, right], { transB: 1 }), shape.slice(0, kept))
    const outer = over.filter((axis) => axis < kept)
    return [b.reshape(b.reduce('ReduceSum', sums, outer), node.outputs[0].shape)]
  })
}
