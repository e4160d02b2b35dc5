/** The options and their hash alone: what a configuration needs, without decoders and detectors. */
export {
  type PreprocessOptions,
  preprocessHash,
  type ResolvedPreprocessOptions,
  resolvePreprocessOptions,
} from './preprocess-options.ts'
export { rasterSchema } from './raster/raster-options.ts'
