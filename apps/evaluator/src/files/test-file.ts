/** test.json: what the selected checkpoint and threshold are worth on patients that nobody looked at before. */
import { z } from 'zod'
import { figureSchema } from '../evaluate/figures.ts'
import { readInput } from './atomic-file.ts'
import { parseJson } from './parse-json.ts'
import { runPaths } from './paths.ts'

const count = z.int().min(0)

const schema = z.object({
  subset: z.enum(['val', 'test']),
  checkpoint: z.string(),
  epoch: z.int(),
  threshold: z.number(),
  aggregation: z.enum(['mean', 'max', 'min']),
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
  bootstrap: z.object({ unit: z.literal('patient'), resamples: z.int(), seed: z.int(), level: z.number() }),
  preprocessHash: z.string(),
  checkpointHash: z.string(),
  mammokit: z.string(),
})

export type TestResult = z.output<typeof schema>

/**
 * Reads runs/<run>/test.json.
 *
 * @throws CommandError `FILE_MISSING`, `FILE_INVALID`
 */
export async function readTestResult(run: string): Promise<TestResult> {
  const path = runPaths(run).test
  const text = await readInput(path, `Test first: mammokit-evaluator test --run ${run}`)
  return parseJson(schema, text.toString('utf8'), path)
}
