/** trainer.json of a checkpoint: where the run stood. */
import { z } from 'zod'

const count = z.int().min(0)

/** Figures per breast, and those named `image...` per image. Areas are null where the validation set has images of one class only. */
export const validationMetricsSchema = z.object({
  loss: z.number(),
  rocAuc: z.number().nullable(),
  averagePrecision: z.number().nullable(),
  /** Of the probabilities as they are. */
  pf1: z.number(),
  /** Of yes and no at the threshold that suits best, and that threshold; null without an image with cancer. */
  bestPf1: z.number().nullable(),
  bestThreshold: z.number().nullable(),
  imageRocAuc: z.number().nullable(),
  imagePf1: z.number(),
  /** The best of the thresholds 0, 0.01, ... 0.99, as the reference validates. */
  imageBestPf1: z.number().nullable(),
})

/** Figures of the validation after an epoch. */
export type ValidationMetrics = Readonly<z.output<typeof validationMetricsSchema>>

export const runLogPositionSchema = z.object({
  metricsBytes: count,
  /** Of those bytes; absent in runs of version 0.1.0. */
  metricsSha256: z.string().optional(),
  eventBytes: count,
})

/** The lengths of metrics.jsonl and of the event file in bytes, and what was in them. */
export type RunLogPosition = Readonly<z.output<typeof runLogPositionSchema>>

/** Schema of trainer.json. */
export const trainerStateSchema = z.object({
  /** Epochs done. */
  epoch: count,
  /** Batches done of the next epoch, and the sum of their losses. */
  batch: count,
  lossSum: z.number(),
  /** Optimizer steps done. */
  step: count,
  preprocessHash: z.string(),
  /** Of the last epoch; null before the first. */
  validation: validationMetricsSchema.nullable(),
  /** State of a schedule that follows a figure of the validation; null for the others. */
  plateau: z.object({ lr: z.number(), best: z.number().nullable(), badEpochs: count, cooldown: count }).nullable(),
  /** The epoch whose validation was best so far by a figure, and that figure; null before the first. */
  best: z.object({ metric: z.string(), epoch: count, value: z.number() }).nullable().default(null),
  log: runLogPositionSchema,
})

/** Content of trainer.json. */
export type TrainerState = Readonly<z.output<typeof trainerStateSchema>>

/** The state of a run before its first step. */
export function initialState(preprocessHash: string): TrainerState {
  const log = { metricsBytes: 0, eventBytes: 0 }
  return { epoch: 0, batch: 0, lossSum: 0, step: 0, preprocessHash, validation: null, plateau: null, best: null, log }
}
