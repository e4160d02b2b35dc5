/** The options and their hash alone: what a configuration needs, without decoders and detectors. */
export { preprocessHash } from './preprocess-hash.ts'
export {
  type PreprocessOptions,
  type ResolvedPreprocessOptions,
  resolvePreprocessOptions,
} from './preprocess-options.ts'
export { rasterSchema } from './raster/raster-options.ts'
