import { SeResNeXtError } from './seresnext-error.ts'

/** Shape of the network, in timm's terms. */
export interface SeResNeXtConfig {
  /** Blocks of each stage. @default [3, 4, 6, 3] */
  readonly layers: readonly number[]
  /** Planes of each stage; a block puts out four times as many channels. @default [64, 128, 256, 512] */
  readonly channels: readonly number[]
  /** Groups of each 3x3 convolution. @default 32 */
  readonly cardinality: number
  /** The 3x3 convolution is floor(planes * baseWidth / 64) * cardinality channels wide. @default 4 */
  readonly baseWidth: number
  /** Channels after the 7x7 convolution. @default 64 */
  readonly stemWidth: number
  /** Channels of the image. @default 1 */
  readonly inChannels: number
  /** Logits per image. @default 1 */
  readonly numClasses: number
  /** Squeeze-and-excitation narrows C channels to C / seReduction, rounded to a multiple of seDivisor. @default 16 */
  readonly seReduction: number
  /** @default 8 */
  readonly seDivisor: number
  /** Share of the batch in the running statistics, PyTorch's convention. @default 0.1 */
  readonly batchNormMomentum: number
  /** @default 1e-5 */
  readonly batchNormEpsilon: number
}

/** SE-ResNeXt50 32x4d for one gray channel and one logit: 25,506,673 trainable values. */
export const seResNeXt50: SeResNeXtConfig = {
  layers: [3, 4, 6, 3],
  channels: [64, 128, 256, 512],
  cardinality: 32,
  baseWidth: 4,
  stemWidth: 64,
  inChannels: 1,
  numClasses: 1,
  seReduction: 16,
  seDivisor: 8,
  batchNormMomentum: 0.1,
  batchNormEpsilon: 1e-5,
}

/** SE-ResNeXt101 32x4d. */
export const seResNeXt101: SeResNeXtConfig = { ...seResNeXt50, layers: [3, 4, 23, 3] }

export function resolveConfig(given: Partial<SeResNeXtConfig>): SeResNeXtConfig {
  for (const key of Object.keys(given)) {
    if (!(key in seResNeXt50)) fail(key, `one of ${Object.keys(seResNeXt50).join(', ')}`, key, 'Correct the name.')
  }
  const config = { ...seResNeXt50, ...given }
  for (const key of ['layers', 'channels'] as const) {
    const value: unknown = config[key]
    if (!Array.isArray(value) || value.length === 0 || !value.every(isCount)) {
      fail(key, 'a list of whole numbers >= 1', value, 'Give one per stage.')
    }
  }
  if (config.layers.length !== config.channels.length) {
    fail('channels', `${config.layers.length} stages as in layers`, config.channels, 'Give one number per stage.')
  }
  for (const key of ['cardinality', 'baseWidth', 'stemWidth', 'inChannels', 'numClasses', 'seDivisor'] as const) {
    if (!isCount(config[key])) fail(key, 'a whole number >= 1', config[key], `The default is ${seResNeXt50[key]}.`)
  }
  if (!(config.seReduction > 0)) fail('seReduction', 'a number > 0', config.seReduction, 'The default is 16.')
  if (!(config.batchNormMomentum >= 0 && config.batchNormMomentum <= 1)) {
    fail('batchNormMomentum', 'a number from 0 to 1', config.batchNormMomentum, 'The default is 0.1.')
  }
  if (!(config.batchNormEpsilon > 0)) {
    fail('batchNormEpsilon', 'a number > 0', config.batchNormEpsilon, 'The default is 1e-5.')
  }
  const narrow = config.channels.find((planes) => bottleneckWidth(planes, config) === 0)
  if (narrow !== undefined) {
    const advice = `Use baseWidth >= ${Math.ceil(64 / narrow)} for ${narrow} planes.`
    fail('baseWidth', 'at least one channel per group', config.baseWidth, advice)
  }
  return config
}

/** Channels of the 3x3 convolution (timm's Bottleneck). */
export function bottleneckWidth(planes: number, config: SeResNeXtConfig): number {
  return Math.floor(planes * (config.baseWidth / 64)) * config.cardinality
}

/** Channels between the two layers of squeeze-and-excitation (timm's make_divisible with round_limit 0). */
export function squeezeWidth(channels: number, { seReduction, seDivisor }: SeResNeXtConfig): number {
  const nearest = Math.floor(Math.floor(channels * (1 / seReduction) + seDivisor / 2) / seDivisor) * seDivisor
  return Math.max(seDivisor, nearest)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

function fail(key: string, expected: string, received: unknown, advice: string): never {
  const shown = JSON.stringify(received) ?? String(received)
  const message = `Expected ${expected} for ${key} but received ${shown}. ${advice}`
  throw new SeResNeXtError('invalid-config', message, { key, expected, received })
}
