/** test-history.jsonl: a line for each test of a run, appended and never rewritten; each line has the hash of the one before. */
import { z } from 'zod'
import { aggregationSchema } from './figure.ts'
import { sha256Schema } from './prediction.ts'
import { testedSubsetSchema } from './test-result.ts'

const figure = z.number().nullable()

/** Hashes are null for a test by a version that kept no history. */
export const testHistoryLineSchema = z.object({
  /** Number of the test, from 1. */
  test: z.int().min(1),
  at: z.iso.datetime('expected a time such as 2026-11-29T12:00:00Z'),
  subset: testedSubsetSchema,
  checkpoint: z.string(),
  threshold: z.number(),
  aggregation: aggregationSchema,
  checkpointHash: z.string(),
  preprocessHash: z.string(),
  splitsSha256: z.string().nullable(),
  rowsSha256: sha256Schema.nullable(),
  predictionsSha256: sha256Schema.nullable(),
  selectionPredictionsSha256: sha256Schema.nullable(),
  /** Of the whole result. */
  resultSha256: sha256Schema,
  figures: z.object({
    pf1AtThreshold: figure,
    pf1: figure,
    rocAuc: figure,
    averagePrecision: figure,
    sensitivity: figure,
    specificity: figure,
    brier: figure,
  }),
  /** SHA-256 of the line before; null for the first. */
  previous: sha256Schema.nullable(),
})

/** A line of test-history.jsonl. */
export type TestHistoryLine = z.output<typeof testHistoryLineSchema>
