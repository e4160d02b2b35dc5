import { z } from 'zod'
import { figureSchema } from './figure.ts'

/** How the log-odds of a breast become its calibrated probability; the numbers of pf1-metric's `calibrate`. */
export const calibrationSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('none') }),
  z.object({ method: z.literal('platt'), slope: z.number(), intercept: z.number() }),
  z.object({
    method: z.literal('isotonic'),
    logOdds: z.array(z.number()).readonly(),
    probabilities: z.array(z.number()).readonly(),
  }),
])

/** What probabilities are judged by. */
export const calibrationFigures = {
  logLoss: figureSchema,
  brier: figureSchema,
  /** Without an interval: it is biased upward, by about `eceIfCalibrated`. */
  ece: figureSchema,
  /** The error that these probabilities would show if they were perfectly calibrated. */
  eceIfCalibrated: z.number(),
  /** 1 and 0 are those of calibrated probabilities. */
  calibrationSlope: figureSchema,
  calibrationIntercept: figureSchema,
}
