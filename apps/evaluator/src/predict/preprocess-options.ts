import { type PreprocessOptions, preprocessHash } from '@mammokit/mammogram-preprocess'
import { assertSamePreprocessing, type RunConfig } from '@mammokit/training-run'

/**
 * The options of the one preprocessing path that this run's images went through.
 *
 * @throws EvaluatorError `preprocess-mismatch` where this version makes another image of them than the run was trained on.
 */
export function preprocessOptionsOf(config: RunConfig): PreprocessOptions {
  const { height, width } = config.image
  const options = { ...config.preprocess, height, width } as PreprocessOptions
  assertSamePreprocessing(
    config.preprocessHash,
    "the run's config.json",
    preprocessHash(options),
    'this version of mammokit',
  )
  return options
}
