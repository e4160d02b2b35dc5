export type { GrayImage } from '@mammokit/roi-detector'
export { PreprocessError, type PreprocessErrorCode } from '../preprocess-error.ts'
export { decodeGrayPng } from './decode-gray-png.ts'
export { encodeGrayPng } from './encode-gray-png.ts'
