/** Augments one image deterministically from a seed. */
import { createRandom } from '@mammokit/seeded-random'
import { AugmentationError } from './augmentation-error.ts'
import { type AugmentationOptions, assertAugmentationOptions, type Range } from './augmentation-options.ts'
import { dropHoles } from './coarse-dropout.ts'
import { downscale } from './downscale.ts'
import { deformElastic } from './elastic.ts'
import { blurGaussian } from './gaussian-blur.ts'
import { addGaussianNoise } from './gaussian-noise.ts'
import type { GrayImage } from './gray-image.ts'
import { adjustBrightnessContrast, applyGamma, applyWindow } from './tone.ts'
import { warpAffine } from './warp-affine.ts'

const still: Range = [0, 0]

/**
 * Augments an image of values 0..1; the result depends on the image, the options and the seed only, and shares no memory with the image.
 *
 * Each augmentation draws from its own stream of the seed: adding or changing one leaves the draws of the others as they were.
 *
 * @param seed whole number from 0 to 2^53 - 1, a different one for each image and epoch
 * @throws AugmentationError for an option outside its range, or data that are not `width * height` values; RandomError for the seed.
 * @example
 * augment({ data, width: 512, height: 1024 }, level1, 7).data.length // 524288
 */
export function augment(image: GrayImage, options: AugmentationOptions, seed: number): GrayImage {
  assertAugmentationOptions(options)
  assertImage(image)
  const geometric = deform(transformGeometry(image, options, seed), options, seed)
  const coarse = coarsen(dropSome(geometric, options, seed), options, seed)
  return changeTone(blurOrAddNoise(coarse, options, seed), options, seed)
}

function transformGeometry(image: GrayImage, options: AugmentationOptions, seed: number): GrayImage {
  const { horizontalFlip, affine } = options
  const flip =
    horizontalFlip !== undefined && createRandom(seed, 'augment', 'horizontalFlip').chance(horizontalFlip.probability)
  const random = createRandom(seed, 'augment', 'affine')
  if (!affine || !random.chance(affine.probability)) return warpAffine(image, { flip })
  const transform = {
    flip,
    rotation: random.uniform(...(affine.rotation ?? still)),
    shiftX: random.uniform(...(affine.shiftX ?? still)),
    shiftY: random.uniform(...(affine.shiftY ?? still)),
    scale: random.uniform(...(affine.scale ?? [1, 1])),
  }
  return warpAffine(affine.antialias ? antialiased(image, transform.scale) : image, transform)
}

/** Blurred from the resolution of its own pixels to that of pixels 1 / scale wide: sigma^2 = (1 / scale^2 - 1) / 4. */
function antialiased(image: GrayImage, scale: number): GrayImage {
  if (scale >= 1) return image
  const sigma = Math.sqrt(1 / scale ** 2 - 1) / 2
  return blurGaussian(image, 2 * Math.ceil(3 * sigma) + 1, sigma)
}

function deform(image: GrayImage, { elastic }: AugmentationOptions, seed: number): GrayImage {
  const random = createRandom(seed, 'augment', 'elastic')
  if (!elastic || !random.chance(elastic.probability)) return image
  return deformElastic(image, random.uniform(...elastic.shift), elastic.spacing, random)
}

function coarsen(image: GrayImage, { downscale: options }: AugmentationOptions, seed: number): GrayImage {
  const random = createRandom(seed, 'augment', 'downscale')
  return options && random.chance(options.probability) ? downscale(image, random.uniform(...options.factor)) : image
}

function dropSome(image: GrayImage, { coarseDropout }: AugmentationOptions, seed: number): GrayImage {
  const random = createRandom(seed, 'augment', 'coarseDropout')
  if (!coarseDropout || !random.chance(coarseDropout.probability)) return image
  const { holes, holeHeight, holeWidth } = coarseDropout
  const sizeOf = (size: number | Range) => (typeof size === 'number' ? size : random.integer(...size))
  const places = Array.from({ length: random.integer(...holes) }, () => {
    const [height, width] = [sizeOf(holeHeight), sizeOf(holeWidth)]
    const y = random.integer(0, Math.max(0, image.height - height))
    return { y, x: random.integer(0, Math.max(0, image.width - width)), height, width }
  })
  return dropHoles(image, places)
}

function blurOrAddNoise(image: GrayImage, options: AugmentationOptions, seed: number): GrayImage {
  const { gaussianBlur, gaussianNoise, oneOfBlurAndNoise } = options
  const blurRandom = createRandom(seed, 'augment', 'gaussianBlur')
  const noiseRandom = createRandom(seed, 'augment', 'gaussianNoise')
  let isBlurred = blurRandom.chance(gaussianBlur?.probability ?? 0)
  let isNoisy = noiseRandom.chance(gaussianNoise?.probability ?? 0)
  if (oneOfBlurAndNoise) {
    const random = createRandom(seed, 'augment', 'oneOfBlurAndNoise')
    const isApplied = random.chance(oneOfBlurAndNoise.probability)
    const blurWeight = gaussianBlur?.probability ?? 0
    const totalWeight = blurWeight + (gaussianNoise?.probability ?? 0)
    const picksBlur = random.chance(totalWeight === 0 ? 0 : blurWeight / totalWeight)
    isBlurred = isApplied && totalWeight > 0 && picksBlur
    isNoisy = isApplied && totalWeight > 0 && !picksBlur
  }
  let result = image
  if (gaussianBlur && isBlurred) {
    const drawn = blurRandom.integer(...gaussianBlur.kernelSize)
    const kernelSize = drawn + 1 - (drawn % 2)
    result = blurGaussian(result, kernelSize, blurRandom.uniform(...(gaussianBlur.sigma ?? still)))
  }
  if (gaussianNoise && isNoisy) {
    const standardDeviation = Math.sqrt(noiseRandom.uniform(...gaussianNoise.variance)) / 255
    result = addGaussianNoise(result, standardDeviation, noiseRandom)
  }
  return result
}

function changeTone(image: GrayImage, options: AugmentationOptions, seed: number): GrayImage {
  const { window, gamma, brightnessContrast } = options
  let result = image
  const windowRandom = createRandom(seed, 'augment', 'window')
  if (window && windowRandom.chance(window.probability)) {
    result = applyWindow(result, windowRandom.uniform(...window.low), windowRandom.uniform(...window.high))
  }
  const gammaRandom = createRandom(seed, 'augment', 'gamma')
  if (gamma && gammaRandom.chance(gamma.probability)) {
    result = applyGamma(result, gammaRandom.uniform(...gamma.exponent))
  }
  const random = createRandom(seed, 'augment', 'brightnessContrast')
  if (brightnessContrast && random.chance(brightnessContrast.probability)) {
    const brightness = random.uniform(...brightnessContrast.brightness)
    result = adjustBrightnessContrast(result, brightness, random.uniform(...brightnessContrast.contrast))
  }
  return result
}

function assertImage({ data, width, height }: GrayImage): void {
  if (!(data instanceof Float32Array) || data.length !== width * height || data.length === 0) {
    const received = `${data?.constructor.name} of ${data?.length}`
    throw new AugmentationError(
      'bad-image',
      `Expected a Float32Array of ${height} x ${width} values for image.data but received ${received}. Pass one channel in row-major order, with values from 0 to 1.`,
      { option: 'image.data', value: received, width, height },
    )
  }
}
