/** Opens whatever predict, select, test and report judge. */
import { listEpochs, listFolds, type RunConfig, readEpochWeights, readRunConfig } from '@mammokit/training-run'
import { openEnsemble } from './ensemble-run.ts'
import { openFolds } from './folds.ts'
import type { EvaluatedRun } from './network.ts'
import { openSubsets, type Subsets } from './subset-rows.ts'

/**
 * Opens a folder that may have one network or several.
 *
 * @throws EvaluatorError `folds-differ`, `members-differ` for networks that may not be combined; whatever `openSubsets` throws
 */
export async function openEvaluated(run: string, data: string | readonly string[]): Promise<EvaluatedRun> {
  const folds = await listFolds(run)
  if (folds.length > 0) return openFolds(run, folds, data)
  const config = await readRunConfig(run)
  const subsets = await openSubsets(data, config)
  return config.ensemble ? openEnsemble(run, config, config.ensemble, subsets) : openSingle(run, config, subsets)
}

async function openSingle(run: string, config: RunConfig, subsets: Subsets): Promise<EvaluatedRun> {
  const hashOf = async (epoch: number) => (await readEpochWeights(run, epoch)).checkpointHash
  return {
    ...{ run, config, subsets, combine: null, augmentations: [], isOutOfFold: false },
    epochs: await listEpochs(run),
    checkpointHash: hashOf,
    networks: async (epoch) => [{ run, config, epoch, checkpointHash: await hashOf(epoch), into: run, subsets }],
  }
}
