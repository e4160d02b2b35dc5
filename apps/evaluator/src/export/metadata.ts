import { exportedMap } from '@mammokit/mammogram-classifier'
import type { TopPlaces } from '@mammokit/seresnext'
import type { RunConfig, Selection } from '@mammokit/training-run'
import { packageVersion } from '../version.ts'

/** What it is for, and what it is not. */
export const intendedUse =
  'Research on screening mammography. Not a medical device: no decision about a patient may rest on it. The probability is of cancer visible in one image; calibration and threshold are of breasts.'

/** What of the map makes the logit. */
export function mapMean({ model }: Pick<RunConfig, 'model'>): string {
  const { globalPool } = model as { readonly globalPool?: unknown }
  if (typeof globalPool !== 'object' || globalPool === null) return 'its mean'
  return `the mean of its ${(globalPool as TopPlaces).places} highest values`
}

/** What a user of the file needs beside the network; numbers and options as JSON. */
export function metadataOf(config: RunConfig, selection: Selection, site: string | null): Record<string, string> {
  const { checkpoint, checkpointHash, threshold, aggregation, calibration, subset, splitsSha256 } = selection
  const { height, width } = config.image
  const map = exportedMap(config)
  return {
    'mammokit.kind': 'mammogram-classifier',
    'mammokit.version': packageVersion(),
    'mammokit.intendedUse': intendedUse,
    'mammokit.input': JSON.stringify({ name: 'images', height, width, values: 'gray values of 16 bits / 65535' }),
    'mammokit.preprocess': JSON.stringify({ ...config.preprocess, height, width }),
    'mammokit.preprocessHash': config.preprocessHash,
    'mammokit.selection': JSON.stringify({ checkpoint, subset, aggregation, threshold, calibration, site }),
    ...(map && {
      'mammokit.activationMap': JSON.stringify({
        ...{ name: 'activation_map', ...map },
        meaning: `evidence for cancer by cell; ${mapMean(config)} is the logit less the bias of the last layer`,
        position:
          'cell (row, column) is centered on pixel (offset + stride * column, offset + stride * row) of the image',
      }),
    }),
    'mammokit.checkpointHash': checkpointHash,
    'mammokit.splitsSha256': splitsSha256,
  }
}
