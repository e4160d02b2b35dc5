import type { PreprocessOptions } from '@mammokit/mammogram-preprocess'
import type { Config } from './config/config.ts'

/** The options of the one preprocessing path: the configuration's, at the size of its images. */
export function preprocessOptions({ preprocess, image }: Pick<Config, 'preprocess' | 'image'>): PreprocessOptions {
  return { ...preprocess, height: image.height, width: image.width }
}
