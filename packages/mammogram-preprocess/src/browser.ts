/** What a page has: DICOM and PGM files as bytes or blobs, the detector on onnxruntime-web. */
export type { Box, GrayImage, RoiMethod, Side } from '@mammokit/roi-detector'
export type { Admission, AdmissionAction, AdmissionCheck } from './admission/admission-options.ts'
export { admissionWarnings } from './admission/admission-warnings.ts'
export { isAdmitted } from './admission/admit.ts'
export type { ImageFile } from './image-file.ts'
export { frameToImage, imageToFrame, type Placement, type Point } from './placement.ts'
export { PreprocessError, type PreprocessErrorCode } from './preprocess-error.ts'
export { preprocessHash } from './preprocess-hash.browser.ts'
export { type PreprocessedImage, preprocessImage, preprocessTogether } from './preprocess-image.ts'
export {
  type PreprocessOptions,
  type ResolvedPreprocessOptions,
  resolvePreprocessOptions,
} from './preprocess-options.ts'
export { type ImagePreview, previewImage } from './preview-image.ts'
export { isPictureFile } from './sources/is-picture-file.ts'
