import { hashText } from './platform/hashing.node.ts'
import { hashedText, type PreprocessOptions, resolvePreprocessOptions } from './preprocess-options.ts'

/**
 * The hash of the options with their defaults and of the algorithm's version: 16 hexadecimal digits.
 *
 * @throws PreprocessError `invalid-options`
 * @example
 * preprocessHash({}) === preprocessHash({ height: 1024 }) // true
 */
export function preprocessHash(options: PreprocessOptions = {}): string {
  return hashText(hashedText(resolvePreprocessOptions(options))).slice(0, 16)
}
