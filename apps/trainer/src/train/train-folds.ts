/** `train`: one run, a run for each fold of a split, or a dry run. */
import { type CommandContext, silentContext } from '@mammokit/command-line'
import { foldRun } from '@mammokit/training-run'
import type { Config } from '../config.ts'
import { TrainerError } from '../trainer-error.ts'
import { type DryRun, dryRun } from './dry-run.ts'
import { type TrainSummary, train } from './train.ts'

/**
 * Trains the run, or that of each fold of `folds` in turn; what is done already is not done again.
 *
 * @throws TrainerError `bad-folds` for both `fold` and `folds`, or a list that falls; whatever `train` throws
 */
export async function trainFolds(
  config: Config,
  context: CommandContext = silentContext,
): Promise<TrainSummary[] | DryRun> {
  if (config.dryRun) {
    const [first = null] = config.folds === null ? [config.fold] : parseFolds(config.folds)
    return dryRun({ ...config, fold: first }, context)
  }
  if (config.folds === null) return [await train(config, context)]
  if (config.fold !== null) {
    const message = `Expected either fold or folds but received ${config.fold} and ${config.folds}. Leave one out.`
    throw new TrainerError('bad-folds', message, { fold: config.fold, folds: config.folds })
  }
  const summaries: TrainSummary[] = []
  for (const fold of parseFolds(config.folds)) {
    context.progress.line(`Fold ${fold} in ${foldRun(config.run, fold)}`)
    summaries.push(await train({ ...config, folds: null, fold }, context))
  }
  return summaries
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
