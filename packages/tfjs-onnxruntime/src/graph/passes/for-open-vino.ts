/** A form of graphs that OpenVINO reads as it is meant. */
import type { Attribute, Graph } from '../graph.ts'
import { rewrite } from '../rewrite.ts'

/**
 * before: HardSigmoid(x) with alpha 1e38 and beta 0; after: Cast(Greater(x, 0)). LeakyRelu(x) with alpha 0 becomes Relu(x), and a Reshape of one
 * number to a scalar its sum.
 *
 * OpenVINO 2026.4 takes an attribute of 0.0 for one that is left out, whose defaults are 0.5 and 0.01. Transposes keep their four axes, as in its own
 * models: with fewer (shrink-transposes.ts) it multiplied the wrong elements with the result of a convolution. A product of matrices that is reshaped to a
 * scalar ends the process.
 */
export function forOpenVino(graph: Graph): Graph {
  return rewrite(graph, ({ op, attributes, outputs }, [x], b) => {
    if (op === 'Reshape' && outputs[0]!.shape.length === 0 && x!.dtype !== 'bool')
      return [b.reduce('ReduceSum', x!, [...x!.shape.keys()])]
    if (op === 'LeakyRelu' && isZero(attributes.alpha)) return [b.add('Relu', [x])]
    if (op !== 'HardSigmoid' || !isZero(attributes.beta)) return undefined
    return [b.cast(b.withScalar('Greater', x!, 0), 'float32')]
  })
}

function isZero(attribute: Attribute | undefined): boolean {
  return typeof attribute === 'object' && 'float' in attribute && attribute.float === 0
}
