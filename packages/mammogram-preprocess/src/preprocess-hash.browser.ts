import { hashText } from './platform/hashing.browser.ts'
import { hashedText, type PreprocessOptions, resolvePreprocessOptions } from './preprocess-options.ts'

/**
 * The hash of the options with their defaults and of the algorithm's version: 16 hexadecimal digits, the same as in Node.js.
 *
 * @throws PreprocessError `invalid-options`
 * @example
 * await preprocessHash({}) // 'd2c1...'
 */
export async function preprocessHash(options: PreprocessOptions = {}): Promise<string> {
  return (await hashText(hashedText(resolvePreprocessOptions(options)))).slice(0, 16)
}
