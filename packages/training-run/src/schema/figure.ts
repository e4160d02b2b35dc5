import { z } from 'zod'

/** A figure with the ends of its 95 % interval; null where the data do not define it, as an area without a cancer. */
export const figureSchema = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})

/** A figure with its 95 % interval. */
export type Figure = z.output<typeof figureSchema>

/** How the intervals were resampled. */
export const bootstrapSchema = z.object({
  unit: z.literal('patient'),
  resamples: z.int(),
  seed: z.int(),
  level: z.number(),
})

/** How the images of a breast become one probability. */
export const aggregationSchema = z.enum(['mean', 'max', 'min'])

/** How the images of a breast make one probability. */
export type Aggregation = z.output<typeof aggregationSchema>
