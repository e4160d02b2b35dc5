/** `train`: one run, a run for each fold of a split, or a dry run; in one process, or in all that mpirun started. */
import { availableParallelism } from 'node:os'
import { type CommandContext, exitCodes, silentContext } from '@mammokit/command-line'
import { joinProcessGroup, type ProcessGroup, ProcessGroupError } from '@mammokit/process-group'
import type { Config } from '../config/config.ts'
import { TrainerError } from '../trainer-error.ts'
import { type DryRun, dryRun, runFolder } from './dry-run.ts'
import { withRanks } from './ranks.ts'
import { type TrainSummary, train } from './train.ts'
import { readTrainingData } from './training-data.ts'

/** Of a process that ended because another one failed, and said why: this one is silent. */
export interface Ended {
  readonly exitCode: number
}

/** Time in which the reason is written before all processes are ended, ms. */
const lastWordsMs = 1000

/**
 * Trains the run, or that of each fold of `folds` in turn; what is done already is not done again.
 *
 * @throws TrainerError `bad-folds` for both `fold` and `folds`, or a list that falls; `bad-processes` for what several processes cannot
 * do; whatever `train` throws
 * @throws ProcessGroupError where the processes that mpirun or srun started cannot be joined
 */
export async function trainFolds(
  config: Config,
  context: CommandContext = silentContext,
): Promise<TrainSummary[] | DryRun | Ended> {
  const group = await joinProcessGroup()
  try {
    const result = await trainIn(group, config, context)
    await group.leave()
    return result
  } catch (error) {
    // Others may wait for this process, or it for them.
    if (error instanceof ProcessGroupError) setTimeout(() => group.abort(exitCodes.failure), lastWordsMs)
    else await group.leave()
    const isSilent = group.rank > 0 && error instanceof TrainerError && error.code === 'process-failed'
    if (isSilent) return { exitCode: exitCodes.failure }
    throw error
  }
}

async function trainIn(group: ProcessGroup, config: Config, context: CommandContext): Promise<TrainSummary[] | DryRun> {
  assertShareable(config, group.size)
  const bound = group.size > 1 ? describeBinding(config.threads, availableParallelism()) : undefined
  if (bound !== undefined && group.rank === 0) context.progress.line(bound)
  if (config.folds !== null && config.fold !== null) {
    const message = `Expected either fold or folds but received ${config.fold} and ${config.folds}. Leave one out.`
    throw new TrainerError('bad-folds', message, { fold: config.fold, folds: config.folds })
  }
  const runs = runsOf(config)
  // What is wrong with the data of the last fold is not said after days of training the others.
  if (config.folds !== null) {
    await withRanks(group, context, async () => {
      for (const one of runs) await readTrainingData(one)
    })
  }
  if (config.dryRun) return dryRun(runs, context)
  const summaries: TrainSummary[] = []
  for (const one of runs) {
    if (config.folds !== null && group.rank === 0) context.progress.line(`Fold ${one.fold} in ${runFolder(one)}`)
    summaries.push(await withRanks(group, context, (ranks) => train(one, ranks.context, ranks)))
  }
  return summaries
}

/** The configuration of each fold of a list, or the one that there is. */
function runsOf(config: Config): Config[] {
  if (config.folds === null) return [config]
  return parseFolds(config.folds).map((fold) => ({ ...config, folds: null, fold }))
}

/**
 * What to do where a launcher lets a process use fewer cores than it has threads, as Open MPI does with two processes on a machine.
 *
 * @example
 * describeBinding(8, 1) // 'Each process has 8 threads but may use only 1 core of its machine. ...'
 */
export function describeBinding(threads: number, cores: number): string | undefined {
  if (threads <= cores) return undefined
  const use = `Each process has ${threads} threads but may use only ${cores} ${cores === 1 ? 'core' : 'cores'} of its machine.`
  return `${use} Where there are more, start mpirun with --bind-to none, or srun with --cpus-per-task=${threads}.`
}

/** @throws TrainerError `bad-processes` for what several processes cannot do together */
function assertShareable({ dryRun, fitBatch, training }: Config, size: number): void {
  if (size === 1) return
  const { batchSize } = training
  const fault = dryRun
    ? ['one process for --dry-run', size, 'Start it without mpirun.']
    : fitBatch
      ? ['a number for --batch-size', 'auto', `Give --micro-batch-size where ${batchSize / size} images do not fit.`]
      : batchSize % size !== 0
        ? [`a multiple of ${size} for training.batchSize`, batchSize, 'Each process has an equal part of a batch.']
        : undefined
  if (fault === undefined) return
  const [expected, received, advice] = fault
  const message = `Expected ${expected} with ${size} processes but received ${received}. ${advice}`
  throw new TrainerError('bad-processes', message, { size, received })
}

/**
 * The folds of a list, each once, rising.
 *
 * @throws TrainerError `bad-folds` for a range that falls
 * @example
 * parseFolds('0-2,4') // [0, 1, 2, 4]
 */
export function parseFolds(list: string): number[] {
  const folds = list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number)
    if (last < first || last - first > 1000) {
      const message = `Expected rising ranges such as 0-4 for folds but received ${part}. Put the lower fold first.`
      throw new TrainerError('bad-folds', message, { folds: list })
    }
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
  return [...new Set(folds)].sort((a, b) => a - b)
}
