import { exportedMap } from '@mammokit/mammogram-classifier'
import type { TopPlaces } from '@mammokit/seresnext'
import type { Augmentations, Combination, RunConfig, Selection } from '@mammokit/training-run'
import { packageVersion } from '../version.ts'

/** What it is for, and what it is not. */
export const intendedUse =
  'Research on screening mammography. Not a medical device: no decision about a patient may rest on it. The probability is of cancer visible in one image; calibration and threshold are of breasts.'

/** What a file is made of. */
export interface ExportedRun {
  /** Of the first network. */
  readonly config: RunConfig
  /** null of one network alone, without augmentation. */
  readonly combine: Combination | null
  readonly augmentations: Augmentations
  readonly members: readonly {
    readonly name: string
    readonly checkpoint: string
    readonly checkpointHash: string
    readonly config: RunConfig
  }[]
  /** With the calibration and the threshold that the file has. */
  readonly selection: Selection
}

/** What the map says of the logit. */
export function mapMeaning({ config, combine, augmentations, members }: Omit<ExportedRun, 'selection'>): string {
  if (combine === null) return `${partOf(config)} is the logit less the bias of the last layer`
  const isLinear = combine === 'logits' && augmentations.length === 0
  return isLinear && members.every((member) => partOf(member.config) === 'its mean')
    ? 'its mean is the logit less a constant'
    : "the mean of the networks' maps of the image as it is"
}

/** What of the map of one network makes the logit. */
function partOf({ model }: Pick<RunConfig, 'model'>): string {
  const { globalPool } = model as { readonly globalPool?: unknown }
  if (typeof globalPool !== 'object' || globalPool === null) return 'its mean'
  return `the mean of its ${(globalPool as TopPlaces).places} highest values`
}

/** What a user of the file needs beside the network; numbers and options as JSON. */
export function metadataOf(exported: ExportedRun, site: string | null): Record<string, string> {
  const { config, combine, augmentations, members, selection } = exported
  const { checkpoint, checkpointHash, threshold, aggregation, calibration, subset, splitsSha256 } = selection
  const { height, width } = config.image
  const map = exportedMap(...members.map((member) => member.config))
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
        name: 'activation_map',
        ...map,
        meaning: `evidence for cancer by cell; ${mapMeaning(exported)}`,
        position:
          'cell (row, column) is centered on pixel (offset + stride * column, offset + stride * row) of the image',
      }),
    }),
    ...(combine !== null && {
      'mammokit.networks': JSON.stringify({
        combine,
        augmentations,
        members: members.map(({ config: _, ...member }) => member),
      }),
    }),
    'mammokit.checkpointHash': checkpointHash,
    'mammokit.splitsSha256': splitsSha256,
  }
}
