import { SeResNeXtError } from './seresnext-error.ts'

/** Local contrast normalization: from each pixel the mean of its neighborhood is subtracted, and the rest is divided by its spread there. */
export interface InputNormalization {
  /** Side of the neighborhood, pixels, an odd number; at the border of the image it is what lies inside. */
  readonly window: number
  /** Largest value that is air, in the unit of the images: it becomes 0, and no mean counts it. */
  readonly air: number
  /** Added to the spread, in the unit of the images: what differs by less is noise. */
  readonly floor: number
}

/** The mean of the highest places of an image, by the score that the last layer gives each. */
export interface TopPlaces {
  /** How many places; an image that has no more is averaged as a whole. */
  readonly places: number
  /** A place is the mean of so many cells of the last block's output in both directions; places overlap. */
  readonly window: number
}

/** Shape of the network, in timm's terms. */
export interface SeResNeXtConfig {
  /** timm's module: `resnet` (models/resnet.py) or `legacy` (models/senet.py: other names, and a pool without padding). @default 'resnet' */
  readonly family: 'resnet' | 'legacy'
  /** Blocks of each stage. @default [3, 4, 6, 3] */
  readonly layers: readonly number[]
  /** Planes of each stage; a block puts out four times as many channels. @default [64, 128, 256, 512] */
  readonly channels: readonly number[]
  /** Groups of each 3x3 convolution. @default 32 */
  readonly cardinality: number
  /** The 3x3 convolution is floor(planes * baseWidth / 64) * cardinality channels wide. @default 4 */
  readonly baseWidth: number
  /** One 7x7 convolution, three of 3x3, or three of which the first is narrower. @default 'plain' */
  readonly stemType: 'plain' | 'deep' | 'deep_tiered'
  /** Channels of a plain stem; a deep one puts out twice as many. @default 64 */
  readonly stemWidth: number
  /** Shortcuts average 2x2 pixels where a convolution of stride 2 would skip three of them. @default false */
  readonly avgDown: boolean
  /** What halves the image in place of strides and of the stem's pool: nothing, BlurPool, or the average of 2x2 pixels. @default 'none' */
  readonly antiAlias: 'none' | 'blur' | 'average'
  /** @default true */
  readonly squeezeExcite: boolean
  /** Squeeze-and-excitation narrows C channels to C / seReduction, rounded to a multiple of seDivisor. @default 16 */
  readonly seReduction: number
  /** @default 8 */
  readonly seDivisor: number
  /** What happens to the images before the stem; null: nothing. timm has no such layer. @default null */
  readonly inputNormalization: InputNormalization | null
  /** Channels of the image. @default 1 */
  readonly inChannels: number
  /** Logits per image. @default 1 */
  readonly numClasses: number
  /** How the last block's image becomes one vector: mean, maximum, generalized mean with a trained exponent, or mean of the highest places. @default 'avg' */
  readonly globalPool: 'avg' | 'max' | 'gem' | TopPlaces
  /** Dropout before the last layer, in training. @default 0 */
  readonly dropRate: number
  /** Stochastic depth of the last block, in training; from the first one on it rises linearly. @default 0 */
  readonly dropPathRate: number
  /** Share of the batch in the running statistics, PyTorch's convention. @default 0.1 */
  readonly batchNormMomentum: number
  /** @default 1e-5 */
  readonly batchNormEpsilon: number
}

/** SE-ResNeXt50 32x4d for one gray channel and one logit: 25,506,673 trainable values. */
export const defaultConfig: SeResNeXtConfig = {
  family: 'resnet',
  layers: [3, 4, 6, 3],
  channels: [64, 128, 256, 512],
  cardinality: 32,
  baseWidth: 4,
  stemType: 'plain',
  stemWidth: 64,
  avgDown: false,
  antiAlias: 'none',
  squeezeExcite: true,
  seReduction: 16,
  seDivisor: 8,
  inputNormalization: null,
  inChannels: 1,
  numClasses: 1,
  globalPool: 'avg',
  dropRate: 0,
  dropPathRate: 0,
  batchNormMomentum: 0.1,
  batchNormEpsilon: 1e-5,
}

const choices = {
  family: ['resnet', 'legacy'],
  stemType: ['plain', 'deep', 'deep_tiered'],
  avgDown: [false, true],
  antiAlias: ['none', 'blur', 'average'],
  squeezeExcite: [true, false],
} as const

const pools: readonly unknown[] = ['avg', 'max', 'gem']

/** @throws {SeResNeXtError} `invalid-config` */
export function resolveConfig(given: Partial<SeResNeXtConfig>): SeResNeXtConfig {
  for (const key of Object.keys(given)) {
    if (!(key in defaultConfig)) fail(key, `one of ${Object.keys(defaultConfig).join(', ')}`, key, 'Correct the name.')
  }
  const config = { ...defaultConfig, ...given }
  assertStages(config)
  assertNumbers(config)
  for (const [key, allowed] of Object.entries(choices) as [keyof typeof choices, readonly unknown[]][]) {
    if (allowed.includes(config[key])) continue
    const shown = allowed.map((value) => JSON.stringify(value)).join(', ')
    fail(key, `one of ${shown}`, config[key], `The default is ${JSON.stringify(defaultConfig[key])}.`)
  }
  assertPool(config)
  assertInput(config)
  assertFits(config)
  return config
}

function assertPool({ globalPool, numClasses }: SeResNeXtConfig): void {
  if (pools.includes(globalPool)) return
  const { places, window, ...rest } = Object(globalPool) as Partial<TopPlaces>
  if (!isCount(places) || !isCount(window) || Object.keys(rest).length > 0) {
    fail('globalPool', '"avg", "max", "gem" or { places, window }, whole numbers >= 1,', globalPool, 'Correct it.')
  }
  if (numClasses !== 1) fail('numClasses', '1 with a pool of the highest places', numClasses, 'Places have one score.')
}

function assertInput({ inputNormalization }: SeResNeXtConfig): void {
  if (inputNormalization === null) return
  const { window, air, floor, ...rest } = Object(inputNormalization) as Partial<InputNormalization>
  const isWindow = isCount(window) && Number(window) % 2 === 1 && Number(window) > 1
  if (isWindow && Number.isFinite(air) && Number.isFinite(floor) && Number(floor) > 0 && Object.keys(rest).length === 0)
    return
  const expected = '{ window, air, floor }, an odd number of pixels above 1, a number and a number > 0,'
  fail('inputNormalization', expected, inputNormalization, 'Correct it.')
}

function assertStages(config: SeResNeXtConfig): void {
  for (const key of ['layers', 'channels'] as const) {
    const value: unknown = config[key]
    if (!Array.isArray(value) || value.length === 0 || !value.every(isCount)) {
      fail(key, 'a list of whole numbers >= 1', value, 'Give one per stage.')
    }
  }
  if (config.layers.length !== config.channels.length) {
    fail('channels', `${config.layers.length} stages as in layers`, config.channels, 'Give one number per stage.')
  }
}

function assertNumbers(config: SeResNeXtConfig): void {
  for (const key of ['cardinality', 'baseWidth', 'stemWidth', 'inChannels', 'numClasses', 'seDivisor'] as const) {
    if (!isCount(config[key])) fail(key, 'a whole number >= 1', config[key], `The default is ${defaultConfig[key]}.`)
  }
  if (!(config.seReduction > 0)) fail('seReduction', 'a number > 0', config.seReduction, 'The default is 16.')
  for (const key of ['dropRate', 'dropPathRate'] as const) {
    if (!(config[key] >= 0 && config[key] < 1))
      fail(key, 'a number from 0 to below 1', config[key], 'The default is 0.')
  }
  if (!(config.batchNormMomentum >= 0 && config.batchNormMomentum <= 1)) {
    fail('batchNormMomentum', 'a number from 0 to 1', config.batchNormMomentum, 'The default is 0.1.')
  }
  if (!(config.batchNormEpsilon > 0)) {
    fail('batchNormEpsilon', 'a number > 0', config.batchNormEpsilon, 'The default is 1e-5.')
  }
}

function assertFits(config: SeResNeXtConfig): void {
  const narrow = config.channels.find((planes) => bottleneckWidth(planes, config) === 0)
  if (narrow !== undefined) {
    const advice = `Use baseWidth >= ${Math.ceil(64 / narrow)} for ${narrow} planes.`
    fail('baseWidth', 'at least one channel per group', config.baseWidth, advice)
  }
  if (config.stemType === 'deep_tiered' && config.stemWidth < 4) {
    fail('stemWidth', 'at least 4 with a tiered stem', config.stemWidth, 'timm uses 32.')
  }
  if (config.family !== 'legacy') return
  for (const [key, expected] of [
    ['stemType', 'plain'],
    ['antiAlias', 'none'],
    ['avgDown', false],
  ] as const) {
    if (config[key] !== expected)
      fail(key, `${JSON.stringify(expected)} with the legacy family`, config[key], 'Use the family resnet.')
  }
}

/** Channels of each convolution of the stem. */
export function stemWidths({ stemType, stemWidth }: SeResNeXtConfig): readonly number[] {
  if (stemType === 'plain') return [stemWidth]
  return [stemType === 'deep_tiered' ? 3 * Math.floor(stemWidth / 4) : stemWidth, stemWidth, 2 * stemWidth]
}

/** Channels that the first block receives. */
export function stemChannels(config: SeResNeXtConfig): number {
  return stemWidths(config).at(-1) as number
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
