/** Opens whatever predict, select, test and report judge. */
import { readNetworks } from '@mammokit/mammogram-classifier/selection'
import { openFolds } from './folds.ts'
import type { EvaluatedRun } from './network.ts'
import { openSubsets } from './subset-rows.ts'

/**
 * Opens a folder that may have one network or several.
 *
 * @throws ClassifierError `folds-differ`, `members-differ` for networks that may not be combined; whatever `openSubsets` throws
 */
export async function openEvaluated(run: string, data: string | readonly string[]): Promise<EvaluatedRun> {
  const folder = await readNetworks(run)
  if (folder.isOutOfFold) return openFolds(folder, data)
  const subsets = await openSubsets(data, folder.config)
  return {
    ...folder,
    subsets,
    epochs: await folder.epochs(),
    networks: async (epoch) => (await folder.networks(epoch)).map((network) => ({ ...network, subsets })),
  }
}
