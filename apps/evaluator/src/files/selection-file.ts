/** selection.json: which checkpoint and which threshold, how good they are on the validation set, and every other checkpoint beside. */
import { z } from 'zod'
import { figureSchema } from '../evaluate/figures.ts'
import { readInput } from './atomic-file.ts'
import { parseJson } from './parse-json.ts'
import { runPaths } from './paths.ts'

const schema = z.object({
  subset: z.enum(['train', 'val', 'test']),
  /** How the images of a breast become one probability. */
  aggregation: z.enum(['mean', 'max', 'min']),
  checkpoint: z.string(),
  epoch: z.int(),
  /** A breast at or above it is called positive: the centre of `plateau`, on which every threshold scores the same. */
  threshold: z.number(),
  plateau: z.object({ low: z.number(), high: z.number() }),
  /** Of the threshold when it is chosen anew in each resample. */
  thresholdInterval: figureSchema,
  pf1AtThreshold: figureSchema,
  pf1: figureSchema,
  rocAuc: figureSchema,
  averagePrecision: figureSchema,
  /** Divide the log-odds of a breast by it for a calibrated probability; null without both classes. */
  temperature: z.number().nullable(),
  patients: z.int(),
  breasts: z.int(),
  positives: z.int(),
  bootstrap: z.object({ unit: z.literal('patient'), resamples: z.int(), seed: z.int(), level: z.number() }),
  preprocessHash: z.string(),
  checkpointHash: z.string(),
  mammokit: z.string(),
  checkpoints: z.array(
    z.object({
      checkpoint: z.string(),
      epoch: z.int(),
      threshold: z.number(),
      pf1AtThreshold: z.number(),
      pf1: z.number(),
      rocAuc: z.number().nullable(),
      averagePrecision: z.number(),
    }),
  ),
})

export type Selection = z.output<typeof schema>

/**
 * Reads runs/<run>/selection.json.
 *
 * @throws CommandError `FILE_MISSING`, `FILE_INVALID`
 */
export async function readSelection(run: string): Promise<Selection> {
  const path = runPaths(run).selection
  const text = await readInput(path, `Select first: mammokit-evaluator select --run ${run}`)
  return parseJson(schema, text.toString('utf8'), path)
}
