export { augment } from './augment.ts'
export { augmentDetection, type DetectionImage, type PixelBox } from './augment-detection.ts'
export { AugmentationError } from './augmentation-error.ts'
export {
  type AffineOptions,
  type AugmentationOptions,
  assertAugmentationOptions,
  type BrightnessContrastOptions,
  type CoarseDropoutOptions,
  type DownscaleOptions,
  type ElasticOptions,
  type GammaOptions,
  type GaussianBlurOptions,
  type GaussianNoiseOptions,
  type Range,
  type WindowOptions,
} from './augmentation-options.ts'
export { dropHoles, type Hole } from './coarse-dropout.ts'
export { downscale } from './downscale.ts'
export { deformElastic } from './elastic.ts'
export { blurGaussian } from './gaussian-blur.ts'
export type { GrayImage } from './gray-image.ts'
export { level1, level2, level3, none } from './presets.ts'
export { adjustBrightnessContrast, applyGamma, applyWindow } from './tone.ts'
export { type AffineTransform, warpAffine } from './warp-affine.ts'
