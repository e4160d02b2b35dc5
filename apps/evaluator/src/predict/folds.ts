/** The folds of a run as one: outside of test each image is told by the network that did not see it, on test by all of them. */
import { createHash } from 'node:crypto'
import type { ProcessedRow, Subset } from '@mammokit/screening-data'
import { foldRun, listEpochs, type RunConfig, readEpochWeights, readRunConfig } from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'
import type { EvaluatedRun } from './network.ts'
import { openSubsets, type Subsets } from './subset-rows.ts'

interface Fold {
  readonly run: string
  readonly config: RunConfig
  readonly subsets: Subsets
  readonly epochs: readonly number[]
}

/**
 * Opens the runs of the folds of a run.
 *
 * @throws EvaluatorError `folds-differ` for folds of other preprocessing or another split, or without an epoch that all have; whatever
 * `openSubsets` throws
 */
export async function openFolds(
  run: string,
  numbers: readonly number[],
  data: string | readonly string[],
): Promise<EvaluatedRun> {
  const folds: Fold[] = []
  for (const number of numbers) {
    const path = foldRun(run, number)
    const config = await readRunConfig(path)
    folds.push({ run: path, config, subsets: await openSubsets(data, config), epochs: await listEpochs(path) })
  }
  const [first] = folds as [Fold]
  for (const { run: path, config } of folds) {
    const { preprocessHash, data } = config
    if (preprocessHash !== first.config.preprocessHash)
      throw differ(run, `the preprocess hash ${first.config.preprocessHash}`, preprocessHash, path)
    const { splitsSha256 } = first.config.data
    if (data.splitsSha256 !== splitsSha256)
      throw differ(run, `the split ${splitsSha256.slice(0, 16)}`, data.splitsSha256.slice(0, 16), path)
  }
  const epochs = first.epochs.filter((epoch) => folds.every((fold) => fold.epochs.includes(epoch)))
  if (epochs.length === 0) throw differ(run, 'an epoch that all have', 'none', run)
  const hashOf = async (path: string, epoch: number) => (await readEpochWeights(path, epoch)).checkpointHash
  return {
    ...{ run, config: first.config, epochs, combine: 'logits', augmentations: [], isOutOfFold: true },
    subsets: subsetsOf(run, folds),
    async checkpointHash(epoch) {
      const hash = createHash('sha256')
      for (const fold of folds) hash.update(`${await hashOf(fold.run, epoch)}\n`)
      return hash.digest('hex').slice(0, 16)
    },
    async networks(epoch) {
      const networks = []
      for (const { run: path, config, subsets } of folds)
        networks.push({ run: path, config, epoch, checkpointHash: await hashOf(path, epoch), into: path, subsets })
      return networks
    },
  }
}

/** Test is the same for all; val has the val of each, fold after fold, and so has train: every image is in the training of a fold. */
function subsetsOf(run: string, folds: readonly Fold[]): Subsets {
  const [{ subsets }] = folds as [Fold]
  let outside: readonly ProcessedRow[] | undefined
  return {
    ...subsets,
    all() {
      const { rows, leftOut, ...others } = subsets.all()
      return {
        ...others,
        rows: rows.map(asValidated),
        leftOut: leftOut.map((one) => ({ ...one, row: asValidated(one.row) })),
      }
    },
    read(options) {
      if (options.subset === 'test') return subsets.read(options)
      const parts = folds.map((fold) => fold.subsets.read({ ...options, subset: 'val' }))
      outside ??= parts.flatMap(({ rows }) => rows)
      const twice = new Set(outside.map(({ imageId }) => imageId)).size < outside.length
      if (twice) throw differ(run, 'another val', 'images that two folds have in theirs', run)
      const [{ splitsSha256, adjustments }] = parts as [(typeof parts)[number]]
      return { rows: outside, notes: [...new Set(parts.flatMap(({ notes }) => notes))], splitsSha256, adjustments }
    },
  }
}

/** Each image outside of test is in the val of one fold, whatever the first fold has it for. */
function asValidated<Row extends { readonly subset: Subset }>(row: Row): Row {
  return row.subset === 'train' ? { ...row, subset: 'val' } : row
}

function differ(run: string, expected: string, received: string, where: string): EvaluatorError {
  return new EvaluatorError(
    'folds-differ',
    `Expected ${expected} in all folds of ${run} but received ${received} in ${where}. Train the folds with one configuration, to the end.`,
    { run, expected, received },
  )
}
