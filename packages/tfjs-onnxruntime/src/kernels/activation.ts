/** Activations that tfjs fuses with a product or a convolution. */
import { EngineError } from '../errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { elementwiseKernels } from './elementwise.ts'

const kernelNames: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
}

/** Applies an activation by tfjs's name for it. @throws for a name that tfjs does not have. */
export function activate(
  b: GraphBuilder,
  x: Value,
  activation: string | undefined,
  weights?: Value,
  alpha?: number,
): Value {
  if (activation === undefined || activation === null || activation === 'linear') return x
  const kernel = elementwiseKernels[kernelNames[activation]]
  if (kernel === undefined)
    throw new EngineError(
      'bad-input',
      `Expected an activation of tfjs but received ${activation}. Use linear, relu, relu6, elu, prelu, leakyrelu or sigmoid.`,
      { activation },
    )
  return kernel(b, weights === undefined ? { x } : { x, alpha: weights }, { alpha: alpha ?? 0.2 }) as Value
}
