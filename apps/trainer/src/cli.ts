/** The command line: an argument table and one call per subcommand. */
import { Command, CommanderError } from 'commander'
import { loadConfig } from './config-file.ts'
import { addFlags, type Flags, readOverrides } from './flags.ts'
import { ConfigError } from './parse-config.ts'
import { streamProgress } from './progress.ts'
import { packageVersion } from './versions.ts'

const exitCodes = { success: 0, failure: 1, usage: 2, incomplete: 3, interrupted: 130 } as const

const table = [
  {
    name: 'phantom',
    summary: 'Write a synthetic screening data set to DATA/raw: train.csv and DICOM files.',
    load: async () => (await import('./phantom.ts')).phantom,
    flags: {
      data: '--data <dir>',
      'phantom.patients': '--patients <n>',
      'phantom.prevalence': '--prevalence <share>',
      'phantom.height': '--height <pixels>',
      'phantom.conspicuity': '--conspicuity <factor>',
      'phantom.seed': '--seed <n>',
      workers: '--workers <n>',
    },
  },
  {
    name: 'extract-rois',
    summary: 'Cut the breast out of every image of DATA/raw and write it to DATA/processed with a manifest.',
    load: async () => (await import('./extract-rois.ts')).extractRois,
    flags: {
      data: '--data <dir>',
      'image.height': '--height <pixels>',
      'image.width': '--width <pixels>',
      workers: '--workers <n>',
      strict: '--strict',
      redo: '--redo',
      'extraction.shard': '--shard <i/n>',
      'extraction.contactSheet': '--contact-sheet',
    },
  },
  {
    name: 'split',
    summary: 'Share out the patients to train, val and test and write DATA/processed/splits.csv.',
    load: async () => (await import('./split.ts')).split,
    flags: {
      data: '--data <dir>',
      'split.method': '--method <name>',
      'split.testFraction': '--test-fraction <share>',
      'split.validationFraction': '--validation-fraction <share>',
      'split.stratifyBy': '--stratify-by <json>',
      'split.folds': '--folds <n>',
      'split.fold': '--fold <n>',
      'split.seed': '--seed <n>',
    },
  },
  {
    name: 'train',
    summary: 'Train on the images of DATA/processed; started again, it continues from its last checkpoint.',
    load: async () => (await import('./train.ts')).train,
    flags: {
      data: '--data <dir>',
      run: '--run <dir>',
      weights: '--weights <file>',
      engine: '--engine <name>',
      'training.epochs': '--epochs <n>',
      'training.batchSize': '--batch-size <n>',
      'training.lr': '--lr <rate>',
      'training.schedule.name': '--schedule <name>',
      'training.sampling': '--sampling <json>',
      'training.augmentation': '--augmentation <name>',
      'training.emaDecay': '--ema-decay <decay>',
      'training.seed': '--seed <n>',
      'training.logEvery': '--log-every <steps>',
      threads: '--threads <n>',
      workers: '--workers <n>',
    },
  },
  {
    name: 'train-detector',
    summary: 'Train YOLOv5 on gray images and boxes and write RUN/detector.onnx; started again, it continues.',
    load: async () => (await import('./detector/train-detector.ts')).trainDetector,
    flags: {
      run: '--run <dir>',
      weights: '--weights <file>',
      'detector.images': '--images <dir>',
      'detector.steps': '--steps <n>',
      'detector.batchSize': '--batch-size <n>',
      'detector.imageSize': '--image-size <pixels>',
      'detector.width': '--width <factor>',
      'detector.lr': '--lr <rate>',
      'detector.seed': '--seed <n>',
      threads: '--threads <n>',
    },
  },
] as const satisfies readonly { name: string; summary: string; load: unknown; flags: Flags }[]

async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController()
  process.on('SIGINT', () => (stop.signal.aborted ? process.exit(exitCodes.interrupted) : stop.abort()))
  const context = { signal: stop.signal, progress: streamProgress(process.stdout) }

  const program = new Command('mammokit-trainer')
    .description('Writes phantoms, extracts regions of interest, splits and trains.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`${oneLine(text.replace(/^error: /, 'mammokit-trainer: '))}\n`),
    })
  let exitCode: number = exitCodes.success
  for (const { name, summary, load, flags } of table) {
    const command = addFlags(program.command(name).description(summary), flags)
    command.action(async () => {
      const config = await loadConfig(command.opts().config, readOverrides(command, flags))
      const run = await load()
      const result: unknown = await run(config, context)
      if (hasFailures(result)) exitCode = exitCodes.incomplete
    })
  }

  try {
    await program.parseAsync(argv)
    return exitCode
  } catch (error) {
    context.progress.stop()
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage
    if (stop.signal.aborted) {
      console.error('mammokit-trainer: stopped. The same command continues from here.')
      return exitCodes.interrupted
    }
    console.error(process.env.MAMMOKIT_DEBUG ? error : `mammokit-trainer: ${oneLine(error)}`)
    return error instanceof ConfigError ? exitCodes.usage : exitCodes.failure
  }
}

/** Whether a command did its work but for some items, such as images that cannot be read. */
function hasFailures(result: unknown): boolean {
  return Number((result as { failed?: unknown } | undefined)?.failed) > 0
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s*\n\s*/g, ' ')
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error // who reads along may leave (`| head`); the command goes on
})
process.exitCode = await main(process.argv)
