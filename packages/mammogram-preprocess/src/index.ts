export type { Box, GrayImage, RoiMethod, Side } from '@mammokit/roi-detector'
export { assertDetectorLoads, loadDetector } from './load-detector.ts'
export { frameToImage, imageToFrame, type Placement, type Point } from './placement.ts'
export { decodeGrayPng, encodeGrayPng } from './png/index.ts'
export { type PreprocessedImage, preprocessDicom, preprocessTogether } from './preprocess-dicom.ts'
export { PreprocessError, type PreprocessErrorCode } from './preprocess-error.ts'
export {
  type PreprocessOptions,
  preprocessHash,
  type ResolvedPreprocessOptions,
  resolvePreprocessOptions,
} from './preprocess-options.ts'
export { type DicomPreview, previewDicom } from './preview-dicom.ts'
export { readIdentifyingWarnings } from './read-identifying-warnings.ts'
