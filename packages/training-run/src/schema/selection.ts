/** selection.json: the chosen checkpoint and threshold, their validation figures, those of every other checkpoint, and what it was made from. */
import { z } from 'zod'
import { calibrationSchema } from './calibration.ts'
import { aggregationSchema, bootstrapSchema, figureSchema } from './figure.ts'
import { sha256Schema, subsetSchema } from './prediction.ts'

const endsSchema = z.object({ low: z.number(), high: z.number() })

/** How the threshold of each checkpoint was chosen; the rules of pf1-metric's `chooseThreshold`. */
export const thresholdRuleSchema = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('f1') }),
  z.object({ rule: z.literal('reference'), gridStep: z.number().optional() }),
  z.object({ rule: z.enum(['sensitivity', 'specificity', 'recall-rate', 'utility']), at: z.number() }),
])

/** Schema of selection.json. */
export const selectionSchema = z.object({
  subset: subsetSchema,
  aggregation: aggregationSchema,
  thresholdRule: thresholdRuleSchema,
  checkpoint: z.string(),
  epoch: z.int(),
  /** A breast at or above it is called positive. */
  threshold: z.number(),
  /** The thresholds that are as good by the rule. */
  plateau: z.object({ low: z.number(), high: z.number() }),
  /** Of its ends: what share of the cancers is found, and what share of all breasts is called. */
  plateauSpan: z.object({ sensitivity: endsSchema, recallRate: endsSchema }),
  /** Of the threshold when it is chosen anew in each resample; of rule `f1` of the best F1. */
  thresholdInterval: figureSchema,
  pf1AtThreshold: figureSchema,
  pf1: figureSchema,
  rocAuc: figureSchema,
  averagePrecision: figureSchema,
  /** Of the probability of a breast, and the mean log loss of each method on patients that it was not fitted on. */
  calibration: calibrationSchema,
  calibrationLogLoss: z.object({ none: z.number(), platt: z.number().optional(), isotonic: z.number().optional() }),
  /** F1 of calling every breast positive. */
  callAllF1: z.number(),
  /** Whether the whole interval of the ROC area is above 0.5; null where it has none. */
  isAboveChance: z.boolean().nullable(),
  /** The selected checkpoint's F1 minus that of each other, both at their thresholds; not told apart where the interval holds 0. */
  f1Differences: z.array(z.object({ epoch: z.int(), difference: figureSchema })),
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
      /** Of any threshold: what the checkpoints are compared by. */
      bestF1: z.number(),
      pf1: z.number(),
      rocAuc: z.number().nullable(),
      averagePrecision: z.number(),
    }),
  ),
  /** SHA-256 of everything above. */
  contentSha256: sha256Schema,
})

/** Content of selection.json. */
export type Selection = z.output<typeof selectionSchema>
