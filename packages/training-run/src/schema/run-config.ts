/** config.json: the resolved configuration of a run, and the versions and hashes it runs with. */
import { z } from 'zod'

const count = z.int().min(1)

/** How the logits of several networks become one: their mean, or that of the quantiles that they are among each network's own on the validation set. */
export const combinationSchema = z.enum(['logits', 'quantiles'])

/** How the logits of several networks become one. */
export type Combination = z.output<typeof combinationSchema>

/** Schema of the names of test-time augmentations. */
export const augmentationsSchema = z.array(z.enum(['flip', 'scale', 'crop']))

/** Names of test-time augmentations. */
export type Augmentations = z.output<typeof augmentationsSchema>

/** Schema of what an ensemble is made of. */
export const ensembleSchema = z.object({
  combine: combinationSchema,
  /** Changed pictures of each image whose logits each network averages with that of the image itself. */
  augmentations: augmentationsSchema,
  /** Folders relative to that of the ensemble, and the epoch of each. */
  members: z.array(z.object({ run: z.string().min(1), epoch: count })).min(1),
})

/** What an ensemble is made of. */
export type Ensemble = z.output<typeof ensembleSchema>

/** Schema of config.json. */
export const runConfigSchema = z.looseObject({
  /** Version of the trainer. */
  mammokit: z.string(),
  /** Raised with every change of the trainer's code that changes a weight; the oldest runs have none. */
  trainingVersion: count.optional(),
  /** Likewise, but only in runs whose steps such a change affects. */
  stepVersion: count.optional(),
  description: z.string().optional(),
  model: z.looseObject({
    layers: z.array(count),
    channels: z.array(count),
    cardinality: count,
    baseWidth: count,
    stemWidth: count,
    /** How the network makes one of the images of a breast; null or absent where it tells of each image on its own. */
    fusion: z.enum(['mean', 'attention']).nullable().optional(),
  }),
  image: z.looseObject({ height: count, width: count, mean: z.number(), std: z.number().positive() }),
  preprocess: z.record(z.string(), z.unknown()),
  preprocessHash: z.string().min(1),
  /** What it is trained on: the data folder, or several, and the split by its hash. */
  data: z.looseObject({
    dir: z.union([z.string(), z.array(z.string())]),
    splitsSha256: z.string().min(1),
    /** Over the processed images of train and val; absent in runs of before it was written. */
    imagesSha256: z.string().min(1).optional(),
    /** The fold that is val in place of the split's own; null or absent for that. */
    fold: z.int().min(0).nullable().optional(),
  }),
  training: z.record(z.string(), z.unknown()),
  /** Where the first weights are from; null for random ones. */
  weights: z
    .object({
      path: z.string(),
      sha256: z.string(),
      /** Repository and commit on the Hugging Face hub, where they are from there. */
      origin: z.string().optional(),
    })
    .nullable()
    .default(null),
  /** Of a folder that has no network of its own: whose networks are combined; the rest is the first one's. */
  ensemble: ensembleSchema.optional(),
  engine: z.string(),
  /** Processes that train it together, each on its part of every batch; absent for one. */
  processes: count.optional(),
  versions: z.record(z.string(), z.string()),
})

/** Content of config.json. */
export type RunConfig = z.output<typeof runConfigSchema>
