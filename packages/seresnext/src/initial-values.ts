import { createRandom } from '@mammokit/seeded-random'
import type { Parameter } from './parameters.ts'

/**
 * Values of a new parameter in PyTorch's layout, with timm's distributions: convolutions kaiming normal by fan-out
 * (https://arxiv.org/abs/1502.01852, eq. 14), the last scale of a block 0 (https://arxiv.org/abs/1706.02677, 5.1),
 * linear layers and biases PyTorch's uniform within 1 / sqrt(fan-in); the exponent of a generalized mean 3.
 */
export function initialValues(parameter: Parameter, seed: number): Float32Array {
  const { name, kind, shape } = parameter
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  const random = createRandom(seed, 'seresnext', name)
  switch (kind) {
    case 'convolution': {
      const deviation = Math.sqrt(2 / (shape[0] * shape[2] * shape[3]))
      return values.map(() => random.normal(0, deviation))
    }
    case 'linear':
      return uniform(values, shape[1])
    case 'bias':
      return uniform(values, parameter.fanIn ?? shape[0])
    case 'scale':
    case 'variance':
      return values.fill(1)
    case 'exponent':
      return values.fill(3)
    case 'last-scale':
    case 'offset':
    case 'mean':
      return values
  }

  function uniform(target: Float32Array, fanIn: number): Float32Array {
    const bound = 1 / Math.sqrt(fanIn)
    return target.map(() => random.uniform(-bound, bound))
  }
}
