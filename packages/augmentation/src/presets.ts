/**
 * The reference's two levels of augmentation, and none.
 *
 * Where the reference specifies no value, it uses the defaults of Albumentations 1.3: probability 0.5, blur kernel 3 to 7, gamma 0.8 to 1.2,
 * brightness and contrast within 0.2.
 */
import type { AugmentationOptions } from './augmentation-options.ts'

/** No augmentation, for validation and test. */
export const none: AugmentationOptions = {}

/** Horizontal flip; rotation within 3 degrees, vertical shift within 3 %, scale -5 to +10 %. */
export const level1: AugmentationOptions = {
  horizontalFlip: { probability: 0.5 },
  affine: { probability: 0.5, rotation: [-3, 3], shiftY: [-0.03, 0.03], scale: [0.95, 1.1] },
}

/** Stronger geometry, coarse dropout, one of blur and noise, gamma, brightness and contrast. */
export const level2: AugmentationOptions = {
  horizontalFlip: { probability: 0.5 },
  affine: { probability: 0.5, rotation: [-6, 6], shiftY: [-0.1, 0.1], scale: [0.9, 1.1] },
  coarseDropout: { probability: 0.5, holes: [1, 32], holeHeight: 8, holeWidth: 8 },
  gaussianBlur: { probability: 0.5, kernelSize: [3, 7] },
  gaussianNoise: { probability: 0.5, variance: [10, 20] },
  oneOfBlurAndNoise: { probability: 0.5 },
  gamma: { probability: 0.5, exponent: [0.8, 1.2] },
  brightnessContrast: { probability: 0.5, brightness: [-0.2, 0.2], contrast: [-0.2, 0.2] },
}
