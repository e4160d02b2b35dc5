/** A folder without a network of its own: the checkpoints that other runs selected, combined. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  assertSamePreprocessing,
  type Ensemble,
  type RunConfig,
  readEpochWeights,
  readRunConfig,
  runPaths,
} from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'
import type { EvaluatedRun, Network } from './network.ts'
import type { Subsets } from './subset-rows.ts'

/** The one epoch that an ensemble has. */
const ensembleEpoch = 1

/** @throws EvaluatorError `members-differ` where a run was trained on another split or fold meanwhile; TrainingRunError `preprocess-mismatch` */
export function openEnsemble(run: string, config: RunConfig, ensemble: Ensemble, subsets: Subsets): EvaluatedRun {
  const { combine, augmentations, members } = ensemble
  const networks = async () => {
    const found: Network[] = []
    for (const [index, { run: relative, epoch }] of members.entries()) {
      const path = join(run, relative)
      const own = await readRunConfig(path)
      assertCombinable({ run, config }, { run: path, config: own })
      const { checkpointHash } = await readEpochWeights(path, epoch)
      // Augmented predictions are the ensemble's; plain ones are the run's own, and made once.
      const into = augmentations.length > 0 ? runPaths(run).member(index) : path
      found.push({ run: path, config: own, epoch, checkpointHash, into, subsets })
    }
    return found
  }
  return {
    ...{ run, config, subsets, combine, augmentations, isOutOfFold: false, epochs: [ensembleEpoch], networks },
    async checkpointHash() {
      const hashes = (await networks()).map(({ checkpointHash }) => checkpointHash)
      const content = JSON.stringify([combine, augmentations, hashes])
      return createHash('sha256').update(content).digest('hex').slice(0, 16)
    },
  }
}

interface Named {
  readonly run: string
  readonly config: RunConfig
}

/**
 * Networks see the same pictures, and none was trained on patients that another one is validated or tested on.
 *
 * @throws TrainingRunError `preprocess-mismatch`; EvaluatorError `members-differ`
 */
export function assertCombinable(one: Named, other: Named): void {
  const [a, b] = [one.config, other.config]
  assertSamePreprocessing(a.preprocessHash, runPaths(one.run).config, b.preprocessHash, runPaths(other.run).config)
  for (const key of ['height', 'width'] as const) {
    if (a.image[key] !== b.image[key])
      throw differ(`images of ${key} ${a.image[key]}, as ${one.run} has,`, `${b.image[key]}`, other.run, '')
  }
  const leak = ' Patients whom one network is tested or validated on may be training patients of the other.'
  if (a.data.splitsSha256 !== b.data.splitsSha256) {
    const [expected, received] = [a, b].map(({ data }) => data.splitsSha256.slice(0, 16))
    throw differ(`the split ${expected}, as ${one.run} has,`, received!, other.run, leak)
  }
  const [expected, received] = [a, b].map(({ data }) => data.fold ?? 'none')
  if (expected !== received)
    throw differ(
      `fold ${expected}, as ${one.run} has,`,
      `fold ${received}`,
      other.run,
      `${leak} Folds of one run are combined by their own folder.`,
    )
}

function differ(expected: string, received: string, run: string, why: string): EvaluatorError {
  return new EvaluatorError(
    'members-differ',
    `Expected ${expected} in all runs of an ensemble but received ${received} in ${run}.${why} Combine runs of one split and one preprocessing.`,
    { run, expected, received },
  )
}
