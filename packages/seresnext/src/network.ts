/**
 * The network, written once for everything that walks over it: the list of its tensors, the pass over tensors, and the
 * graph of tfjs layers.
 *
 * Reference: timm 1.0.31, models/resnet.py (`ResNet`, `Bottleneck`, `make_blocks`) and models/senet.py (`SENet`), with timm's names.
 */
import {
  bottleneckWidth,
  type InputNormalization,
  type SeResNeXtConfig,
  squeezeWidth,
  stemChannels,
  stemWidths,
} from './config.ts'

export interface ConvolutionShape {
  readonly inChannels: number
  readonly outChannels: number
  readonly size: number
  readonly stride: number
  readonly groups: number
}

/** What a walk over the network makes of each layer; `T` stands for its images [N, H, W, C]. */
export interface NetworkBuilder<T> {
  /** Local contrast normalization of the image. */
  normalizeInput(name: string, x: T, options: InputNormalization): T
  /** Zeros on every side, floor(size / 2) of them; no bias. */
  convolution(name: string, x: T, shape: ConvolutionShape): T
  /** `isLast` at the end of a residual branch, whose scale begins with 0. */
  batchNorm(name: string, x: T, channels: number, isLast: boolean): T
  relu(name: string, x: T): T
  squeezeExcite(name: string, x: T, channels: number, squeezed: number): T
  /** 3x3 windows over values >= 0; `ceil`: no padding, and windows that begin inside count (PyTorch's ceil_mode), else one pixel. */
  maxPool(name: string, x: T, stride: number, ceil: boolean): T
  /** 2x2 windows of stride 2; `ceil`: those that are partly outside count, by the pixels that are inside. */
  averagePool(name: string, x: T, ceil: boolean): T
  /** [1, 2, 1] / 4 in both directions over reflected borders, stride 2. */
  blurPool(name: string, x: T): T
  /** Drops the branch of whole images in training. */
  dropPath(name: string, x: T, rate: number): T
  add(name: string, x: T, shortcut: T): T
}

/** One bottleneck block: 1x1, grouped 3x3, 1x1, squeeze-and-excitation, shortcut. */
export interface Block {
  /** timm's prefix: `layer1.0`. */
  readonly name: string
  readonly stage: number
  readonly inChannels: number
  readonly width: number
  readonly outChannels: number
  readonly stride: number
  readonly hasDownsample: boolean
  /** Probability of dropping the branch of an image. */
  readonly dropPath: number
}

/** Channels of a block's output per plane (timm's Bottleneck.expansion). */
const expansion = 4

export function planBlocks(config: SeResNeXtConfig): Block[] {
  const last = config.layers.reduce((sum, count) => sum + count, 0) - 1
  let inChannels = stemChannels(config)
  let position = 0
  return config.layers.flatMap((count, stage) => {
    const planes = config.channels[stage]
    const outChannels = planes * expansion
    return Array.from({ length: count }, (_, index) => {
      const stride = stage > 0 && index === 0 ? 2 : 1
      const block = {
        name: `layer${stage + 1}.${index}`,
        stage,
        inChannels,
        outChannels,
        stride,
        width: bottleneckWidth(planes, config),
        hasDownsample: index === 0 && (stride !== 1 || inChannels !== outChannels),
        // Stochastic depth with linear decay: https://arxiv.org/abs/1603.09382, eq. 4.
        dropPath: last === 0 ? 0 : (config.dropPathRate * position++) / last,
      }
      inChannels = outChannels
      return block
    })
  })
}

/** Channels of the last block's output. */
export function featureChannels({ channels }: SeResNeXtConfig): number {
  return channels[channels.length - 1] * expansion
}

/** timm's names of what the two families call differently. */
export function namesOf({ family }: SeResNeXtConfig) {
  return family === 'legacy'
    ? { stem: 'layer0.', squeeze: 'se_module', head: 'last_linear' }
    : { stem: '', squeeze: 'se', head: 'fc' }
}

/** [N, H, W, C] to [N, H / 2, W / 2, stem channels]: one 7x7 convolution, or three of 3x3, after the normalization of the input. */
export function buildStem<T>(b: NetworkBuilder<T>, config: SeResNeXtConfig, x: T): T {
  const { stem } = namesOf(config)
  const widths = stemWidths(config)
  const isDeep = widths.length > 1
  const normalization = config.inputNormalization
  let y = normalization === null ? x : b.normalizeInput('normalize_input', x, normalization)
  widths.forEach((outChannels, index) => {
    const inChannels = index === 0 ? config.inChannels : widths[index - 1]
    const shape = { inChannels, outChannels, size: isDeep ? 3 : 7, stride: index === 0 ? 2 : 1, groups: 1 }
    y = b.convolution(`${stem}conv1${isDeep ? `.${3 * index}` : ''}`, y, shape)
    const isEnd = index === widths.length - 1
    y = b.batchNorm(isEnd ? `${stem}bn1` : `conv1.${3 * index + 1}`, y, outChannels, false)
    y = b.relu(isEnd ? `${stem}act1` : `conv1.${3 * index + 2}`, y)
  })
  return y
}

/** [N, H, W, C] to [N, H / 2, W / 2, C]. */
export function buildStemPool<T>(b: NetworkBuilder<T>, { antiAlias, family }: SeResNeXtConfig, x: T): T {
  if (antiAlias === 'average') return b.averagePool('maxpool', x, false)
  if (antiAlias === 'blur') return b.blurPool('maxpool.1', b.maxPool('maxpool.0', x, 1, false))
  return family === 'legacy' ? b.maxPool('pool0', x, 2, true) : b.maxPool('maxpool', x, 2, false)
}

/** timm's Bottleneck: [N, H, W, in] to [N, H / stride, W / stride, out]. */
export function buildBlock<T>(b: NetworkBuilder<T>, config: SeResNeXtConfig, block: Block, x: T): T {
  const { name, inChannels, width, outChannels, stride } = block
  const isBlurred = stride === 2 && config.antiAlias !== 'none'
  let y = b.convolution(`${name}.conv1`, x, pointwise(inChannels, width))
  y = b.relu(`${name}.act1`, b.batchNorm(`${name}.bn1`, y, width, false))
  const grouped = { inChannels: width, outChannels: width, size: 3, groups: config.cardinality }
  y = b.convolution(`${name}.conv2`, y, { ...grouped, stride: isBlurred ? 1 : stride })
  y = b.relu(`${name}.act2`, b.batchNorm(`${name}.bn2`, y, width, false))
  if (isBlurred) y = config.antiAlias === 'blur' ? b.blurPool(`${name}.aa`, y) : b.averagePool(`${name}.aa`, y, false)
  y = b.convolution(`${name}.conv3`, y, pointwise(width, outChannels))
  y = b.batchNorm(`${name}.bn3`, y, outChannels, config.family !== 'legacy')
  if (config.squeezeExcite) {
    y = b.squeezeExcite(`${name}.${namesOf(config).squeeze}`, y, outChannels, squeezeWidth(outChannels, config))
  }
  if (block.dropPath > 0) y = b.dropPath(`${name}.drop_path`, y, block.dropPath)
  const shortcut = block.hasDownsample ? buildDownsample(b, config, block, x) : x
  return b.relu(`${name}.act3`, b.add(`${name}.add`, y, shortcut))
}

/** With `avgDown` the variant D of https://arxiv.org/abs/1812.01187, section 4.1: no pixel is skipped. */
function buildDownsample<T>(b: NetworkBuilder<T>, { avgDown }: SeResNeXtConfig, block: Block, x: T): T {
  const { inChannels, outChannels, stride } = block
  const name = `${block.name}.downsample`
  const first = avgDown ? 1 : 0
  const pooled = avgDown && stride === 2 ? b.averagePool(`${name}.0`, x, true) : x
  const shape = { ...pointwise(inChannels, outChannels), stride: avgDown ? 1 : stride }
  return b.batchNorm(`${name}.${first + 1}`, b.convolution(`${name}.${first}`, pooled, shape), outChannels, false)
}

function pointwise(inChannels: number, outChannels: number): ConvolutionShape {
  return { inChannels, outChannels, size: 1, stride: 1, groups: 1 }
}
