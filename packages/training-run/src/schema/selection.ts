/** selection.json: which checkpoint and which threshold, how good they are on the validation set, and every other checkpoint beside. */
import { z } from 'zod'
import { aggregationSchema, bootstrapSchema, figureSchema } from './figure.ts'
import { subsetSchema } from './prediction.ts'

export const selectionSchema = z.object({
  subset: subsetSchema,
  aggregation: aggregationSchema,
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
  checkpointHash: z.string(),
  mammokit: z.string(),
  checkpoints: z.array(
    z.object({
      checkpoint: z.string(),
      epoch: z.int(),
      threshold: z.number(),
      pf1AtThreshold: z.number(),
      pf1: z.number(),
      rocAuc: z.number().nullable(),
      averagePrecision: z.number(),
    }),
  ),
})

export type Selection = z.output<typeof selectionSchema>
