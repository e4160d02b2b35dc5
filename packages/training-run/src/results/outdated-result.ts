/** test.json as versions before test-history.jsonl wrote it: its figures are not bound to rows, but the test has to be counted. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { aggregationSchema } from '../schema/figure.ts'
import { type TestHistoryLine, testHistoryLineSchema } from '../schema/test-history.ts'
import { testedSubsetSchema } from '../schema/test-result.ts'

const figureValue = z
  .object({ value: z.number().nullable() })
  .transform(({ value }) => value)
  .catch(null)

const earlierSchema = z.object({
  subset: testedSubsetSchema,
  checkpoint: z.string(),
  threshold: z.number(),
  aggregation: aggregationSchema,
  checkpointHash: z.string(),
  preprocessHash: z.string(),
  pf1AtThreshold: figureValue,
  pf1: figureValue,
  rocAuc: figureValue,
  averagePrecision: figureValue,
  sensitivity: figureValue,
  specificity: figureValue,
  brier: figureValue,
  history: z.undefined().optional(),
})

/** The first line of the history of a run that an earlier version tested; undefined for anything else. */
export function lineOfEarlierVersion(text: string, testedAt: Date): TestHistoryLine | undefined {
  const { data } = earlierSchema.safeParse(parseOrUndefined(text))
  if (data === undefined) return undefined
  return testHistoryLineSchema.parse({
    ...data,
    test: 1,
    at: testedAt.toISOString(),
    previous: null,
    figures: data,
    splitsSha256: null,
    rowsSha256: null,
    predictionsSha256: null,
    selectionPredictionsSha256: null,
    resultSha256: createHash('sha256').update(text).digest('hex'),
  })
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
