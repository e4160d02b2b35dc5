import { z } from 'zod'

/** A line of metrics.jsonl: what it measures, when, and its numbers by name. */
export const metricsLineSchema = z.looseObject({ kind: z.string(), epoch: z.number(), step: z.number() })

/** A line of metrics.jsonl. */
export type MetricsLine = z.output<typeof metricsLineSchema>
