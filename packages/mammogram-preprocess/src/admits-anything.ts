import { resolvePreprocessOptions } from './preprocess-options.ts'

/** Options that refuse nothing, for readers that make no image for a network. */
export const admitsAnything = resolvePreprocessOptions({
  detector: null,
  frame: 'middle',
  raster: { color: 'luminance' },
  admission: Object.fromEntries(
    Object.keys(resolvePreprocessOptions({ detector: null }).admission).map((check) => [check, 'warn']),
  ),
})
