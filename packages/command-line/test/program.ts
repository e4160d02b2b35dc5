/** A program of one command for the tests, and what it wrote. */
import { PassThrough } from 'node:stream'
import { z } from 'zod'
import { type CommandContext, defineCommand, type Flags, type ProgramOptions, runProgram } from '../src/index.ts'

const fraction = z.number().min(0).max(1)

export const schema = z.strictObject({
  data: z.string().min(1).default('data').describe('data folder'),
  weights: z.string().min(1).nullable().default(null).describe('initial weights'),
  workers: z.int().min(1).max(64).default(2).describe('threads'),
  strict: z.boolean().default(false).describe('fail at the first image'),
  columns: z
    .array(z.string())
    .default(['cancer'])
    .describe('columns')
    .meta({ examples: [['cancer'], ['cancer', 'age']] }),
  options: z.record(z.string(), z.unknown()).default({}),
  training: z
    .strictObject({
      lr: z.number().positive().default(3e-4).describe('learning rate'),
      decay: fraction.nullable().default(null).describe('decay'),
      sampling: z
        .union([
          z.enum(['shuffle', 'sequential']),
          z.strictObject({ share: fraction }),
          z.strictObject({ factor: z.number() }),
        ])
        .default('shuffle')
        .describe('order'),
      schedule: z
        .discriminatedUnion('name', [
          z.strictObject({ name: z.literal('one-cycle').describe('schedule'), pctStart: fraction.default(0.3) }),
          z.strictObject({ name: z.literal('cosine').describe('schedule'), warmup: fraction.default(0.05) }),
        ])
        .prefault({ name: 'one-cycle' }),
    })
    .prefault({}),
})

export type Config = z.output<typeof schema>

export const flags: Flags = {
  data: '--data <dir>',
  weights: '--weights <file>',
  workers: '--workers <n>',
  strict: '--strict',
  columns: '--columns <json>',
  'training.lr': '--lr <rate>',
  'training.decay': '--decay <share>',
  'training.sampling': '--sampling <name|json>',
  'training.schedule.name': '--schedule <name>',
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly config: Config | undefined
}

/** Runs `demo train ...args` and returns how it ended; `run` is what the command does. */
export async function runTrain(
  args: readonly string[],
  run: (config: Config, context: CommandContext) => Promise<unknown> = async () => undefined,
  options: ProgramOptions = {},
  ownFlags: Flags = flags,
): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  let config: Config | undefined
  const train = defineCommand({
    name: 'train',
    summary: 'Train.',
    schema,
    flags: ownFlags,
    load: async () => async (given, context) => {
      config = given
      return run(given, context)
    },
  })
  const program = { name: 'demo', description: 'Shows how.', version: '1.2.3', commands: [train] }
  const code = await runProgram(program, { args: ['train', ...args], stdout, stderr, env: {}, ...options })
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? ''), config }
}
