/** selection.json: the chosen checkpoint and threshold, their validation figures, those of every other checkpoint, and what it was made from. */
import { z } from 'zod'
import { aggregationSchema, bootstrapSchema, figureSchema } from './figure.ts'
import { sha256Schema, subsetSchema } from './prediction.ts'

export const selectionSchema = z.object({
  subset: subsetSchema,
  aggregation: aggregationSchema,
  /** Step of the threshold grid; null where every observed probability was tried. */
  gridStep: z.number().nullable(),
  checkpoint: z.string(),
  epoch: z.int(),
  /** A breast at or above it is called positive: the center of `plateau`, on which every threshold scores the same. */
  threshold: z.number(),
  plateau: z.object({ low: z.number(), high: z.number() }),
  /** Of the threshold when it is chosen anew in each resample. */
  thresholdInterval: figureSchema,
  pf1AtThreshold: figureSchema,
  pf1: figureSchema,
  rocAuc: figureSchema,
  averagePrecision: figureSchema,
  /** Divide the log-odds of a breast by it for a calibrated probability; null without both classes. */
  temperature: z.number().nullable(),
  patients: z.int(),
  breasts: z.int(),
  positives: z.int(),
  bootstrap: bootstrapSchema,
  preprocessHash: z.string(),
  splitsSha256: z.string(),
  /** Of the rows that every checkpoint was judged by. */
  rowsSha256: sha256Schema,
  checkpointHash: z.string(),
  mammokit: z.string(),
  checkpoints: z.array(
    z.object({
      checkpoint: z.string(),
      epoch: z.int(),
      checkpointHash: z.string(),
      /** Of the prediction file. */
      predictionsSha256: sha256Schema,
      threshold: z.number(),
      pf1AtThreshold: z.number(),
      pf1: z.number(),
      rocAuc: z.number().nullable(),
      averagePrecision: z.number(),
    }),
  ),
  /** SHA-256 of everything above. */
  contentSha256: sha256Schema,
})

export type Selection = z.output<typeof selectionSchema>
