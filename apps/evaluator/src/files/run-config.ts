/** What the evaluator needs of a run's config.json; whatever else the trainer wrote there is left alone. */
import { z } from 'zod'
import { CommandError } from '../terminal/command-error.ts'
import { readInput } from './atomic-file.ts'
import { parseJson } from './parse-json.ts'
import { runPaths } from './paths.ts'

const count = z.int().min(1)

const schema = z.looseObject({
  mammokit: z.string().optional(),
  data: z.looseObject({ splitsSha256: z.string().optional() }).optional(),
  model: z.looseObject({
    layers: z.array(count),
    channels: z.array(count),
    cardinality: count,
    baseWidth: count,
    stemWidth: count,
  }),
  image: z.looseObject({ height: count, width: count, mean: z.number(), std: z.number().positive() }),
  preprocess: z.record(z.string(), z.unknown()).optional(),
  preprocessHash: z.string(),
})

export type RunConfig = z.output<typeof schema>

/**
 * Reads runs/<run>/config.json.
 *
 * @throws CommandError `FILE_MISSING`, `FILE_INVALID`
 */
export async function readRunConfig(run: string): Promise<RunConfig> {
  const path = runPaths(run).config
  const text = await readInput(path, 'Give the folder of a run with --run, or make one with mammokit-trainer train.')
  return parseJson(schema, text.toString('utf8'), path)
}

/** @throws CommandError `PREPROCESS_MISMATCH` that names both sides. */
export function assertSameHash(expected: string, expectedBy: string, received: string, receivedFrom: string): void {
  if (expected === received) return
  throw new CommandError(
    'PREPROCESS_MISMATCH',
    `Expected preprocess hash ${expected} (${expectedBy}) but received ${received} (${receivedFrom}). ` +
      'Their images differ: use the data folder that the run was trained on, or extract and train again with one configuration.',
  )
}
