/** Joins narrow groups of convolutions with constant filters. */
import { type Graph, numbersOf, sizeOf, type Value } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/**
 * Minimum channels per group for ONNX Runtime's blocked convolution (NCHWc, blocks of 8 or 16). Its extra work for the zeros between joined groups
 * costs less than the ordinary grouped convolution and the reordering of images before and after it.
 */
const blockLength = 16
/** Joining narrower groups would multiply the work by more than 4. */
const minChannels = 4

/** before: Conv of 32 groups, filters [128, 4, 3, 3]; after: Conv of 8 groups, filters [128, 16, 3, 3] that are zero outside of the old groups. */
export function mergeGroups(graph: Graph): Graph {
  return rewrite(graph, (node, inputs, b) => {
    const [x, filter] = inputs
    const groups = (node.attributes.group as number | undefined) ?? 1
    if (node.op !== 'Conv' || filter?.constant === undefined || groups === 1) return undefined
    const [outChannels, channels] = filter.shape
    const joined = blockLength / channels
    const fits = Number.isInteger(joined) && joined > 1 && channels >= minChannels && groups % joined === 0
    if (!fits || ((outChannels / groups) * joined) % blockLength !== 0) return undefined
    const wide = b.constant(
      widened(filter, outChannels / groups, joined),
      [outChannels, blockLength, ...filter.shape.slice(2)],
      'float32',
    )
    return [b.add('Conv', [x, wide, ...inputs.slice(2)], { ...node.attributes, group: groups / joined })]
  })
}

/** Filters [O, C, ...kernel] as [O, joined C, ...kernel]: those of the first group of each joined group see its first C channels, and so on. */
function widened(filter: Value, outPerGroup: number, joined: number): Float32Array {
  const numbers = numbersOf(filter)
  const length = sizeOf(filter.shape.slice(1))
  const wide = new Float32Array(numbers.length * joined)
  for (let i = 0; i < numbers.length; i++) {
    const out = Math.floor(i / length)
    const place = Math.floor(out / outPerGroup) % joined
    wide[(out * joined + place) * length + (i % length)] = numbers[i]
  }
  return wide
}
