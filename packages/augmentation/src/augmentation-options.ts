/** The options of each augmentation: its probability and its ranges. */
import { badOption } from './augmentation-error.ts'

/** Smallest and largest value that is drawn. */
export type Range = readonly [min: number, max: number]

/** Chance that the augmentation is applied, 0 to 1. */
interface Chance {
  readonly probability: number
}

/** Ranges of rotation, shift and scale, drawn together. */
export interface AffineOptions extends Chance {
  /** Degrees, counterclockwise, about the center. @default [0, 0] */
  readonly rotation?: Range
  /** Share of the width, to the right. @default [0, 0] */
  readonly shiftX?: Range
  /** Share of the height, downward. @default [0, 0] */
  readonly shiftY?: Range
  /** Factor; above 1 enlarges. @default [1, 1] */
  readonly scale?: Range
  /** Blur before a scale below 1 by what the coarser grid cannot hold; the reference does not. @default false */
  readonly antialias?: boolean
}

/** How many black rectangles, and how large. */
export interface CoarseDropoutOptions extends Chance {
  /** How many black rectangles. */
  readonly holes: Range
  /** Pixels, or a range of them, drawn for each hole. */
  readonly holeHeight: number | Range
  /** Pixels, or a range of them, drawn for each hole. */
  readonly holeWidth: number | Range
}

/** Strength and grid of an elastic deformation. */
export interface ElasticOptions extends Chance {
  /** Largest shift of a point of the grid, pixels. */
  readonly shift: Range
  /** Distance of the points of the grid, pixels. */
  readonly spacing: number
}

/** Range of the coarser resolution. */
export interface DownscaleOptions extends Chance {
  /** Resolution over that of the image. */
  readonly factor: Range
}

/** Another window on the same picture: what is below is black, what is above white. */
export interface WindowOptions extends Chance {
  /** The value that becomes black. */
  readonly low: Range
  /** The value that becomes white. */
  readonly high: Range
}

/** Ranges of the kernel and its standard deviation. */
export interface GaussianBlurOptions extends Chance {
  /**
   * Odd width of the kernel in pixels. A whole number between both ends is drawn, and an even one is raised to the next odd one, as
   * Albumentations does: of 3 to 7, a fifth has 3, two fifths 5, two fifths 7.
   */
  readonly kernelSize: Range
  /** Standard deviation in pixels; 0 is OpenCV's of the kernel size. @default [0, 0] */
  readonly sigma?: Range
}

/** Range of the variance. */
export interface GaussianNoiseOptions extends Chance {
  /** Variance in squared gray levels of 255, the unit of the reference. */
  readonly variance: Range
}

/** Range of the exponent. */
export interface GammaOptions extends Chance {
  /** Exponent. */
  readonly exponent: Range
}

/** Ranges of brightness and contrast. */
export interface BrightnessContrastOptions extends Chance {
  /** Added. */
  readonly brightness: Range
  /** The value is multiplied by 1 + contrast. */
  readonly contrast: Range
}

/** Applied in this order; omitted augmentations are off. */
export interface AugmentationOptions {
  readonly horizontalFlip?: Chance
  readonly affine?: AffineOptions
  readonly elastic?: ElasticOptions
  readonly coarseDropout?: CoarseDropoutOptions
  readonly downscale?: DownscaleOptions
  readonly gaussianBlur?: GaussianBlurOptions
  readonly gaussianNoise?: GaussianNoiseOptions
  /** With this probability exactly one of blur and noise, picked in proportion to their own probabilities; without it each on its own. */
  readonly oneOfBlurAndNoise?: Chance
  readonly window?: WindowOptions
  readonly gamma?: GammaOptions
  readonly brightnessContrast?: BrightnessContrastOptions
}

const knownOptions: Record<keyof AugmentationOptions, readonly string[]> = {
  horizontalFlip: [],
  affine: ['rotation', 'shiftX', 'shiftY', 'scale', 'antialias'],
  elastic: ['shift', 'spacing'],
  coarseDropout: ['holes', 'holeHeight', 'holeWidth'],
  downscale: ['factor'],
  gaussianBlur: ['kernelSize', 'sigma'],
  gaussianNoise: ['variance'],
  oneOfBlurAndNoise: [],
  window: ['low', 'high'],
  gamma: ['exponent'],
  brightnessContrast: ['brightness', 'contrast'],
}

const rangeLimits: Record<string, Range> = {
  'affine.rotation': [-360, 360],
  'affine.shiftX': [-1, 1],
  'affine.shiftY': [-1, 1],
  'affine.scale': [0.01, 100],
  'coarseDropout.holes': [0, 1e6],
  'coarseDropout.holeHeight': [0, 65_535],
  'coarseDropout.holeWidth': [0, 65_535],
  'elastic.shift': [0, 1000],
  'downscale.factor': [0.1, 1],
  'window.low': [0, 0.5],
  'window.high': [0.5001, 1],
  'gaussianBlur.kernelSize': [1, 255],
  'gaussianBlur.sigma': [0, 100],
  'gaussianNoise.variance': [0, 65_025],
  'gamma.exponent': [0.01, 100],
  'brightnessContrast.brightness': [-1, 1],
  'brightnessContrast.contrast': [-1, 10],
}

/**
 * Checks every name, probability and range.
 *
 * @throws AugmentationError that names the option and the value.
 */
export function assertAugmentationOptions(options: AugmentationOptions): void {
  for (const [name, value] of Object.entries(options) as [keyof AugmentationOptions, Chance | undefined][]) {
    if (value === undefined) continue
    const fields = knownOptions[name]
    if (!fields) fail('options', name, `one of ${Object.keys(knownOptions).join(', ')}`, 'Correct the name.')
    for (const [field, given] of Object.entries(value)) {
      const option = `${name}.${field}`
      if (field !== 'probability' && !fields.includes(field)) {
        fail(name, field, ['probability', ...fields].join(', '), 'Correct the name.')
      }
      if (field === 'probability' || field.startsWith('hole') || field === 'spacing') continue
      if (field === 'antialias') {
        if (typeof given !== 'boolean') fail(option, given, 'true or false', 'The default is false.')
        continue
      }
      assertRange(option, given)
    }
    if (!(value.probability >= 0 && value.probability <= 1)) {
      fail(
        `${name}.probability`,
        value.probability,
        'a number from 0 to 1',
        'It is the chance that the augmentation is applied.',
      )
    }
  }
  const { coarseDropout, elastic, gaussianBlur } = options
  if (coarseDropout) {
    assertRange('coarseDropout.holes', coarseDropout.holes)
    assertWhole('coarseDropout.holes', coarseDropout.holes)
    for (const name of ['holeHeight', 'holeWidth'] as const) {
      const size = coarseDropout[name]
      if (typeof size !== 'number') assertRange(`coarseDropout.${name}`, size)
      assertWhole(`coarseDropout.${name}`, typeof size === 'number' ? [size] : size)
    }
  }
  if (elastic && !(elastic.spacing >= 4)) fail('elastic.spacing', elastic.spacing, 'a number of at least 4', 'Pixels.')
  if (gaussianBlur) assertOdd('gaussianBlur.kernelSize', gaussianBlur.kernelSize)
}

function assertRange(option: string, given: unknown): void {
  const [lowest, highest] = rangeLimits[option]!
  const valid =
    Array.isArray(given) && given.length === 2 && given[0] >= lowest && given[0] <= given[1] && given[1] <= highest
  if (!valid) {
    fail(option, given, `[min, max] between ${lowest} and ${highest}`, 'Pass the minimum, then the maximum.')
  }
}

function assertWhole(option: string, values: readonly number[]): void {
  if (!values.every((value) => Number.isInteger(value) && value >= 0)) {
    fail(option, values, 'non-negative integers', 'Round the values.')
  }
}

function assertOdd(option: string, values: Range): void {
  if (!values.every((value) => value % 2 === 1)) fail(option, values, 'odd integers', 'Use the next odd integer.')
}

function fail(option: string, value: unknown, expected: string, advice: string): never {
  throw badOption(option, value, expected, advice)
}
