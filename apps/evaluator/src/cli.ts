/** The command line: an argument table and one call per subcommand. */
import { Command, CommanderError } from 'commander'
import type { z } from 'zod'
import { parseConfig, predictSchema, reportSchema, selectSchema, testSchema } from './config.ts'
import { addFlags, readFlags } from './flags.ts'
import { CommandError } from './terminal/command-error.ts'
import { type CommandContext, streamProgress } from './terminal/progress.ts'
import { packageVersion } from './version.ts'

const exitCodes = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const

interface Subcommand {
  readonly name: string
  readonly summary: string
  readonly schema: z.ZodObject
  /** Loads the command when it is called: `--help` and `select` need no network and no plots. */
  readonly load: (
    options: Record<string, unknown>,
  ) => Promise<(config: never, context: CommandContext) => Promise<unknown>>
}

const table: readonly Subcommand[] = [
  {
    name: 'predict',
    summary: 'Predict every image of a subset with every checkpoint of a run, or one DICOM file with --dicom.',
    schema: predictSchema,
    load: async ({ dicom }) =>
      dicom === undefined ? (await import('./predict.ts')).predict : (await import('./predict-dicom.ts')).predictDicom,
  },
  {
    name: 'select',
    summary: 'Select the checkpoint and the threshold with the best pF1 per breast and write selection.json.',
    schema: selectSchema,
    load: async () => (await import('./select.ts')).select,
  },
  {
    name: 'test',
    summary: 'Test the selected checkpoint and threshold on the test set once and write test.json.',
    schema: testSchema,
    load: async () => (await import('./test.ts')).test,
  },
  {
    name: 'report',
    summary: 'Write report.html: figures, curves, training, images and configuration on one page.',
    schema: reportSchema,
    load: async () => (await import('./report.ts')).report,
  },
]

async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController()
  process.on('SIGINT', () => (stop.signal.aborted ? process.exit(exitCodes.interrupted) : stop.abort()))
  const context: CommandContext = { signal: stop.signal, progress: streamProgress(process.stdout) }

  const program = new Command('mammokit-evaluator')
    .description('Predicts with every checkpoint, selects checkpoint and threshold, tests once and reports.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'mammokit-evaluator: ')) })
  for (const { name, summary, schema, load } of table) {
    const command = addFlags(program.command(name).description(summary), schema)
    command.action(async () => {
      const options = parseConfig(schema, readFlags(command, schema))
      const run = await load(options)
      await run(options as never, context)
    })
  }

  try {
    await program.parseAsync(argv)
    return exitCodes.success
  } catch (error) {
    context.progress.stop()
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage
    if (stop.signal.aborted) {
      console.error('mammokit-evaluator: stopped. The same command continues from here.')
      return exitCodes.interrupted
    }
    console.error(process.env.MAMMOKIT_DEBUG ? error : `mammokit-evaluator: ${oneLine(error)}`)
    return error instanceof CommandError && error.code === 'BAD_OPTION' ? exitCodes.usage : exitCodes.failure
  }
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ')
}

process.exitCode = await main(process.argv)
