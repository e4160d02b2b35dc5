export { breastDetectorPath, loadBreastDetector } from './breast-detector.ts'
export { type BreastDetector, type DetectedBreast, type DetectionOptions, detectBreasts } from './detect-breasts.ts'
export { extractRoi, type RoiOptions, type RoiResult } from './extract-roi.ts'
export { type BreastFinding, type FindOptions, findBreast, type RoiMethod } from './find-breast.ts'
export { cutOut } from './fit/cut-out.ts'
export { type FitOptions, fitAndPad, fittedBox, type PhysicalScale } from './fit/fit-and-pad.ts'
export type { Kernel } from './fit/kernels.ts'
export { resample } from './fit/resample.ts'
export type { Box, GrayImage, Side } from './gray-image.ts'
export { breastMask } from './mask/breast-mask.ts'
export { type Borders, brightBorders } from './mask/bright-borders.ts'
export { fillHoles, largestComponent, reconstruct } from './mask/connected-components.ts'
export type { BreastMask, BreastMaskOptions, NoBreast } from './mask/found-mask.ts'
export { dilate, erode, type Mask, open } from './mask/morphology.ts'
export { type OtsuSplit, otsuThreshold } from './mask/otsu-threshold.ts'
export { shrink } from './mask/shrink.ts'
export { intersectionOverUnion } from './overlap.ts'
export { RoiError, type RoiErrorCode } from './roi-error.ts'
export type { DetectorImage } from './yolov5/detector-image.ts'
export { type Fit, fitInput, type InputSize, type Placement } from './yolov5/fit-input.ts'
export type { Anchors } from './yolov5/heads.ts'
export {
  type Detection,
  loadYolov5Detector,
  type Yolov5Detector,
  type Yolov5DetectorOptions,
} from './yolov5/load-yolov5-detector.ts'
export type { SuppressionOptions } from './yolov5/non-max-suppression.ts'
