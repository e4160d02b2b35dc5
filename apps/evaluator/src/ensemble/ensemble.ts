/** `ensemble`: a folder whose network is several others, or one on augmented images; predict, select, test and report take it as a run. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { relative } from 'node:path'
import { writeJsonAtomic } from '@mammokit/atomic-files'
import { type CommandContext, CommandLineError, parseConfig, silentContext } from '@mammokit/command-line'
import { assertCombinable, readNetworkConfig } from '@mammokit/mammogram-classifier/selection'
import { epochName, listFolds, type RunConfig, readRunConfig, readSelection, runPaths } from '@mammokit/training-run'
import { type EnsembleConfig, ensembleSchema } from '../config.ts'
import { EvaluatorError } from '../evaluator-error.ts'

/** Writes config.json of the ensemble, and returns its content. */
export async function ensemble(input: EnsembleConfig, context: CommandContext = silentContext): Promise<RunConfig> {
  const { run, member, combine, tta } = parseConfig(ensembleSchema, input)
  const augmentations = [...new Set([tta ?? []].flat())].sort()
  const runs = [member].flat()
  if (runs.length === 1 && augmentations.length === 0) {
    throw new CommandLineError(
      'invalid-value',
      `Expected several runs for --member, or --tta, but received ${runs[0]} alone. An ensemble of one run on plain images is that run.`,
      { member: runs },
    )
  }
  await assertFree(run)
  const members: { run: string; config: RunConfig; epoch: number }[] = []
  for (const each of runs) {
    const config = await readNetworkConfig(each, '--member')
    const { epoch } = await readSelection(each)
    const [first] = members
    if (first) assertCombinable(first, { run: each, config })
    if (members.some((other) => relative(other.run, each) === '')) {
      throw new CommandLineError(
        'invalid-value',
        `Expected each run once for --member but received ${each} twice. Leave one out.`,
        { member: each },
      )
    }
    members.push({ run: each, config, epoch })
  }
  const config: RunConfig = {
    ...members[0]!.config,
    ensemble: {
      combine,
      augmentations,
      members: members.map((each) => ({ run: relative(run, each.run), epoch: each.epoch })),
    },
  }
  await mkdir(run, { recursive: true })
  await writeJsonAtomic(runPaths(run).config, config)
  for (const each of members) context.progress.line(`${each.run}: ${epochName(each.epoch)}, as it was selected`)
  const what = augmentations.length > 0 ? `, with ${augmentations.join(' and ')}` : ''
  context.progress.line(`Wrote ${runPaths(run).config}: the ${combine} of ${members.length} networks${what}.`)
  return config
}

/** @throws EvaluatorError `folder-taken` for a folder that has a network of its own, or folds */
async function assertFree(run: string): Promise<void> {
  const { config, checkpoints } = runPaths(run)
  const hasFolds = (await listFolds(run)).length > 0
  const isFree = !existsSync(config) || ((await readRunConfig(run)).ensemble && !existsSync(checkpoints))
  if (isFree && !hasFolds) return
  throw new EvaluatorError(
    'folder-taken',
    `Expected a new folder, or one of an ensemble, for --run but received ${run}, a run with ${hasFolds ? 'folds' : 'a network of its own'}. Choose another folder.`,
    { run },
  )
}
