import type { SeResNeXtConfig } from './config.ts'
import {
  buildBlock,
  buildStem,
  buildStemPool,
  featureChannels,
  type NetworkBuilder,
  namesOf,
  planBlocks,
} from './network.ts'

type ParameterKind =
  | 'convolution'
  | 'scale'
  | 'last-scale'
  | 'offset'
  | 'mean'
  | 'variance'
  | 'linear'
  | 'bias'
  | 'exponent'

/** A tensor of the state dictionary; `shape` is PyTorch's, `[out, in / groups, kh, kw]` for a convolution. */
export interface Parameter {
  readonly name: string
  readonly kind: ParameterKind
  readonly shape: readonly number[]
  /** Inputs of the layer that a bias belongs to, for its initial range. */
  readonly fanIn?: number
}

/** Every tensor of timm's state_dict but num_batches_tracked, in its order. */
export function listParameters(config: SeResNeXtConfig): Parameter[] {
  const found: Parameter[] = []
  const walk = collector((parameters) => found.push(...parameters))
  buildStemPool(walk, config, buildStem(walk, config, undefined))
  for (const block of planBlocks(config)) buildBlock(walk, config, block, undefined)
  const features = featureChannels(config)
  const { head } = namesOf(config)
  if (config.globalPool === 'gem') found.push({ name: 'global_pool.p', kind: 'exponent', shape: [1] })
  return [
    ...found,
    { name: `${head}.weight`, kind: 'linear', shape: [config.numClasses, features] },
    { name: `${head}.bias`, kind: 'bias', shape: [config.numClasses], fanIn: features },
  ]
}

/** A builder that computes nothing and reports the tensors of each layer. */
function collector(report: (parameters: Parameter[]) => void): NetworkBuilder<undefined> {
  const nothing = () => undefined
  return {
    convolution(name, _, { inChannels, outChannels, size, groups }) {
      report([convolution(name, outChannels, inChannels / groups, size)])
    },
    batchNorm(name, _, channels, isLast) {
      const shape = [channels]
      report([
        { name: `${name}.weight`, kind: isLast ? 'last-scale' : 'scale', shape },
        { name: `${name}.bias`, kind: 'offset', shape },
        { name: `${name}.running_mean`, kind: 'mean', shape },
        { name: `${name}.running_var`, kind: 'variance', shape },
      ])
    },
    squeezeExcite(name, _, channels, squeezed) {
      report([
        convolution(`${name}.fc1`, squeezed, channels, 1),
        { name: `${name}.fc1.bias`, kind: 'bias', shape: [squeezed], fanIn: channels },
        convolution(`${name}.fc2`, channels, squeezed, 1),
        { name: `${name}.fc2.bias`, kind: 'bias', shape: [channels], fanIn: squeezed },
      ])
    },
    normalizeInput: nothing,
    relu: nothing,
    maxPool: nothing,
    averagePool: nothing,
    blurPool: nothing,
    dropPath: nothing,
    add: nothing,
  }
}

function convolution(name: string, out: number, inPerGroup: number, size: number): Parameter {
  return { name: `${name}.weight`, kind: 'convolution', shape: [out, inPerGroup, size, size] }
}
