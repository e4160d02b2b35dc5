/** test.json: what the selected checkpoint and threshold are worth on patients that nobody looked at before. */
import { z } from 'zod'
import { aggregationSchema, bootstrapSchema, figureSchema } from './figure.ts'

const count = z.int().min(0)

export const testResultSchema = z.object({
  subset: z.enum(['val', 'test']),
  checkpoint: z.string(),
  epoch: z.int(),
  threshold: z.number(),
  aggregation: aggregationSchema,
  patients: count,
  breasts: count,
  images: count,
  positives: count,
  pf1: figureSchema,
  pf1AtThreshold: figureSchema,
  rocAuc: figureSchema,
  averagePrecision: figureSchema,
  sensitivityAtSpecificity95: figureSchema,
  sensitivity: figureSchema,
  specificity: figureSchema,
  brier: figureSchema,
  ece: figureSchema,
  /** After temperature scaling with the temperature of the validation set; null where that has none. */
  calibrated: z.object({ temperature: z.number(), brier: figureSchema, ece: figureSchema }).nullable(),
  confusion: z.object({ truePositives: count, falsePositives: count, trueNegatives: count, falseNegatives: count }),
  subgroups: z.array(
    z.object({
      column: z.string(),
      value: z.string(),
      breasts: count,
      positives: count,
      pf1AtThreshold: figureSchema,
      rocAuc: figureSchema,
      sensitivity: figureSchema,
      specificity: figureSchema,
    }),
  ),
  bootstrap: bootstrapSchema,
  preprocessHash: z.string(),
  checkpointHash: z.string(),
  mammokit: z.string(),
})

export type TestResult = z.output<typeof testResultSchema>
