import { bottleneckWidth, type SeResNeXtConfig, squeezeWidth } from './config.ts'

/** One bottleneck block: 1x1, grouped 3x3, 1x1, squeeze-and-excitation, shortcut. */
export interface Block {
  /** timm's prefix: `layer1.0`. */
  readonly name: string
  readonly inChannels: number
  readonly width: number
  readonly outChannels: number
  readonly squeeze: number
  readonly stride: number
  readonly downsample: boolean
}

type ParameterKind = 'convolution' | 'scale' | 'last-scale' | 'offset' | 'mean' | 'variance' | 'linear' | 'bias'

/** A tensor of the state dictionary; `shape` is PyTorch's, `[out, in / groups, kh, kw]` for a convolution. */
export interface Parameter {
  readonly name: string
  readonly kind: ParameterKind
  readonly shape: readonly number[]
  /** Inputs of the layer that a bias belongs to, for its initial range. */
  readonly fanIn?: number
}

/** Channels of a block's output per plane (timm's Bottleneck.expansion). */
const expansion = 4

export function planBlocks(config: SeResNeXtConfig): Block[] {
  let inChannels = config.stemWidth
  return config.layers.flatMap((count, stage) => {
    const planes = config.channels[stage]
    const outChannels = planes * expansion
    return Array.from({ length: count }, (_, index) => {
      const stride = stage > 0 && index === 0 ? 2 : 1
      const block = {
        name: `layer${stage + 1}.${index}`,
        inChannels,
        width: bottleneckWidth(planes, config),
        outChannels,
        squeeze: squeezeWidth(outChannels, config),
        stride,
        downsample: index === 0 && (stride !== 1 || inChannels !== outChannels),
      }
      inChannels = outChannels
      return block
    })
  })
}

/** Every tensor of timm's state_dict but num_batches_tracked, in its order. */
export function listParameters(config: SeResNeXtConfig): Parameter[] {
  const blocks = planBlocks(config)
  const features = blocks[blocks.length - 1].outChannels
  return [
    convolution('conv1', config.stemWidth, config.inChannels, 7),
    ...batchNorm('bn1', config.stemWidth),
    ...blocks.flatMap((block) => blockParameters(block, config.cardinality)),
    { name: 'fc.weight', kind: 'linear', shape: [config.numClasses, features] },
    { name: 'fc.bias', kind: 'bias', shape: [config.numClasses], fanIn: features },
  ]
}

function blockParameters(block: Block, cardinality: number): Parameter[] {
  const { name, inChannels, width, outChannels, squeeze } = block
  return [
    convolution(`${name}.conv1`, width, inChannels, 1),
    ...batchNorm(`${name}.bn1`, width),
    convolution(`${name}.conv2`, width, width / cardinality, 3),
    ...batchNorm(`${name}.bn2`, width),
    convolution(`${name}.conv3`, outChannels, width, 1),
    ...batchNorm(`${name}.bn3`, outChannels, 'last-scale'),
    convolution(`${name}.se.fc1`, squeeze, outChannels, 1),
    { name: `${name}.se.fc1.bias`, kind: 'bias', shape: [squeeze], fanIn: outChannels },
    convolution(`${name}.se.fc2`, outChannels, squeeze, 1),
    { name: `${name}.se.fc2.bias`, kind: 'bias', shape: [outChannels], fanIn: squeeze },
    ...(block.downsample
      ? [
          convolution(`${name}.downsample.0`, outChannels, inChannels, 1),
          ...batchNorm(`${name}.downsample.1`, outChannels),
        ]
      : []),
  ]
}

function convolution(name: string, out: number, inPerGroup: number, size: number): Parameter {
  return { name: `${name}.weight`, kind: 'convolution', shape: [out, inPerGroup, size, size] }
}

function batchNorm(name: string, channels: number, scale: 'scale' | 'last-scale' = 'scale'): Parameter[] {
  const shape = [channels]
  return [
    { name: `${name}.weight`, kind: scale, shape },
    { name: `${name}.bias`, kind: 'offset', shape },
    { name: `${name}.running_mean`, kind: 'mean', shape },
    { name: `${name}.running_var`, kind: 'variance', shape },
  ]
}
