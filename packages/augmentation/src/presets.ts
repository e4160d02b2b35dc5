/**
 * The reference's two levels of augmentation, one beyond them, and none.
 *
 * The reference's are one pipeline of Albumentations 1.3.1 there. Level 1 has no values for dropout and noise, and raises KeyError; here it is what it
 * has values for: the flip and the geometry.
 */
import type { AugmentationOptions } from './augmentation-options.ts'

/** No augmentation, for validation and test. */
export const none: AugmentationOptions = {}

/** Horizontal flip; rotation within 3 degrees, vertical shift within 3 %, scale -5 to +10 %. */
export const level1: AugmentationOptions = {
  horizontalFlip: { probability: 0.5 },
  affine: { probability: 0.65, rotation: [-3, 3], shiftY: [-0.03, 0.03], scale: [0.95, 1.1] },
}

/** What the reference trains with: stronger geometry, 32 holes, one of blur and noise, gamma, brightness and contrast. */
export const level2: AugmentationOptions = {
  horizontalFlip: { probability: 0.5 },
  affine: { probability: 0.65, rotation: [-6, 6], shiftY: [-0.1, 0.1], scale: [0.9, 1.1] },
  coarseDropout: { probability: 0.6, holes: [32, 32], holeHeight: 8, holeWidth: 8 },
  gaussianBlur: { probability: 0.5, kernelSize: [3, 7], sigma: [0, 2] },
  gaussianNoise: { probability: 0.5, variance: [10, 20] },
  oneOfBlurAndNoise: { probability: 0.5 },
  gamma: { probability: 0.3, exponent: [0.8, 1.2] },
  brightnessContrast: { probability: 0.5, brightness: [-0.2, 0.2], contrast: [-0.2, 0.2] },
}

/**
 * Beyond the reference: more geometry, elastic deformation, a few holes of a size that matters, coarser pictures, other windows.
 *
 * These are the transforms that training on mammograms commonly adds; no figure of this project backs their strengths yet.
 */
export const level3: AugmentationOptions = {
  horizontalFlip: { probability: 0.5 },
  affine: {
    probability: 0.8,
    rotation: [-15, 15],
    shiftX: [-0.1, 0.1],
    shiftY: [-0.1, 0.1],
    scale: [0.8, 1.2],
    antialias: true,
  },
  elastic: { probability: 0.3, shift: [4, 16], spacing: 64 },
  coarseDropout: { probability: 0.3, holes: [1, 4], holeHeight: [32, 128], holeWidth: [32, 128] },
  downscale: { probability: 0.15, factor: [0.5, 0.9] },
  gaussianBlur: { probability: 0.5, kernelSize: [3, 7], sigma: [0, 2] },
  gaussianNoise: { probability: 0.5, variance: [5, 50] },
  oneOfBlurAndNoise: { probability: 0.3 },
  window: { probability: 0.3, low: [0, 0.05], high: [0.85, 1] },
  gamma: { probability: 0.3, exponent: [0.7, 1.4] },
  brightnessContrast: { probability: 0.3, brightness: [-0.1, 0.1], contrast: [-0.2, 0.2] },
}
