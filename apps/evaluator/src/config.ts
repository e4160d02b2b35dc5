/** Every option of every command, with its range and default. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { CommandError } from './terminal/command-error.ts'

const run = z.string().min(1).describe('folder of the run, for example runs/default')
const data = z.string().min(1).default('data').describe('folder that holds raw/ and processed/')
const count = z.int().min(1)
const inference = {
  engine: z
    .enum(['onnxruntime', 'tensorflow', 'tensorflow-gpu'])
    .default('onnxruntime')
    .describe('onnxruntime | tensorflow | tensorflow-gpu; the last two need @tensorflow/tfjs-node or -gpu'),
  threads: count.default(availableParallelism()).describe('threads of the network'),
  workers: count.default(availableParallelism()).describe('threads that read images'),
  batchSize: count.default(4).describe('images that go through the network at once'),
}
const resampling = {
  resamples: count.default(1000).describe('bootstrap resamples of patients for the 95 % intervals'),
  seed: z.int().min(0).default(13).describe('of the resamples'),
}

export const predictSchema = z.strictObject({
  run,
  data,
  subset: z.enum(['train', 'val', 'test']).default('val').describe('train | val | test: rows of splits.csv'),
  epoch: count.optional().describe('only the checkpoint of this epoch; with --dicom instead of the selected one'),
  dicom: z.string().min(1).optional().describe('a single DICOM file instead of a subset'),
  output: z.string().min(1).optional().describe('PNG of the region that the network sees of --dicom'),
  ...inference,
})

export const selectSchema = z.strictObject({
  run,
  data: data.describe('accepted so that every command takes the same two folders; predictions hold all that is needed'),
  subset: z.enum(['train', 'val']).default('val').describe('train | val: which predictions decide'),
  aggregation: z.enum(['mean', 'max', 'min']).default('mean').describe("mean | max | min of a breast's images"),
  gridStep: z
    .number()
    .min(1e-6)
    .max(1)
    .optional()
    .describe("try thresholds in steps instead of every observed probability; the reference's is 0.001"),
  ...resampling,
})

export const testSchema = z.strictObject({
  run,
  data,
  subset: z.enum(['val', 'test']).default('test').describe('test, or val where a submission split has no test'),
  again: z.boolean().default(false).describe('test anew although test.json has the result of another selection'),
  ...inference,
  ...resampling,
})

export const reportSchema = z.strictObject({
  run,
  data,
  images: z.int().min(0).default(12).describe('how many of the highest-scored images to show'),
})

export type PredictConfig = z.input<typeof predictSchema>
export type SelectConfig = z.input<typeof selectSchema>
export type TestConfig = z.input<typeof testSchema>
export type ReportConfig = z.input<typeof reportSchema>

/**
 * Checks options and fills in the defaults.
 *
 * @throws CommandError `BAD_OPTION` that names the option, its range and what was given.
 */
export function parseConfig<Schema extends z.ZodObject>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path.join('.')
  const value = JSON.stringify((input as Record<string, unknown> | null)?.[key]) ?? 'nothing'
  const expected = issue.code === 'unrecognized_keys' ? 'a known option' : expectation(issue)
  const described: string | undefined = schema.shape[key]?.description
  throw new CommandError(
    'BAD_OPTION',
    `Expected ${expected} for ${key || 'the options'} but received ${value}. ${described ? `It is: ${described}.` : `Known: ${Object.keys(schema.shape).join(', ')}.`}`,
  )
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && issue.origin === 'string') return 'text'
  if (issue.code === 'too_small') return `a number of at least ${issue.minimum}`
  if (issue.code === 'too_big') return `a number of at most ${issue.maximum}`
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`
  if (issue.code === 'invalid_type') return issue.expected === 'int' ? 'a whole number' : `a ${issue.expected}`
  return issue.message
}
