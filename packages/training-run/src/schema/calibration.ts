import { z } from 'zod'

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
