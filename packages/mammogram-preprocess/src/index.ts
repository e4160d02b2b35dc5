export type { Box, GrayImage, RoiMethod, Side } from '@mammokit/roi-detector'
export type { Admission, AdmissionAction, AdmissionCheck } from './admission/admission-options.ts'
export { admissionWarnings } from './admission/admission-warnings.ts'
export { isAdmitted } from './admission/admit.ts'
export { type CheckedImage, type CheckImageOptions, checkImage } from './check-image.ts'
export type { ImageFile } from './image-file.ts'
export { assertDetectorLoads, loadDetector } from './load-detector.ts'
export { frameToImage, imageToFrame, type Placement, type Point } from './placement.ts'
export { decodeGrayPng, encodeGrayPng } from './png/index.ts'
export { PreprocessError, type PreprocessErrorCode } from './preprocess-error.ts'
export { preprocessHash } from './preprocess-hash.ts'
export { type PreprocessedImage, preprocessImage, preprocessTogether } from './preprocess-image.ts'
export {
  type PreprocessOptions,
  type ResolvedPreprocessOptions,
  resolvePreprocessOptions,
} from './preprocess-options.ts'
export { type ImagePreview, previewImage } from './preview-image.ts'
export { rasterSchema } from './raster/raster-options.ts'
export { type Rendering, renderingWarnings } from './raster/rendering.ts'
export { readIdentifyingWarnings } from './read-identifying-warnings.ts'
export { isPictureFile } from './sources/is-picture-file.ts'
