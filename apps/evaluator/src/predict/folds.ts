/** Treats the folds of a run as one model: images outside the test set are predicted by the fold that did not train on them, test images by all folds. */
import type { RunNetworks } from '@mammokit/mammogram-classifier/selection'
import type { ProcessedRow, Subset } from '@mammokit/screening-data'
import { EvaluatorError } from '../evaluator-error.ts'
import type { EvaluatedRun } from './network.ts'
import { openSubsets, type Subsets } from './subset-rows.ts'

/**
 * Opens the data of the folds of a run.
 *
 * @throws EvaluatorError whatever `openSubsets` throws
 */
export async function openFolds(folder: RunNetworks, data: string | readonly string[]): Promise<EvaluatedRun> {
  const subsets: Subsets[] = []
  for (const { config } of folder.members) subsets.push(await openSubsets(data, config))
  return {
    ...folder,
    subsets: subsetsOf(folder.run, subsets),
    epochs: await folder.epochs(),
    networks: async (epoch) =>
      (await folder.networks(epoch)).map((network, i) => ({ ...network, subsets: subsets[i]! })),
  }
}

/** Test is the same for all; val has the val of each, fold after fold, and so has train: every image is in the training of a fold. */
function subsetsOf(run: string, folds: readonly Subsets[]): Subsets {
  const [first] = folds as [Subsets]
  let outside: readonly ProcessedRow[] | undefined
  return {
    ...first,
    all() {
      const { rows, leftOut, ...others } = first.all()
      return {
        ...others,
        rows: rows.map(asValidated),
        leftOut: leftOut.map((one) => ({ ...one, row: asValidated(one.row) })),
      }
    },
    read(options) {
      if (options.subset === 'test') return first.read(options)
      const parts = folds.map((fold) => fold.read({ ...options, subset: 'val' }))
      outside ??= parts.flatMap(({ rows }) => rows)
      const twice = new Set(outside.map(({ imageId }) => imageId)).size < outside.length
      if (twice) throw seenTwice(run)
      const [{ splitsSha256, adjustments }] = parts as [(typeof parts)[number]]
      return { rows: outside, notes: [...new Set(parts.flatMap(({ notes }) => notes))], splitsSha256, adjustments }
    },
  }
}

/** Each image outside of test is in the val of one fold, whatever the first fold has it for. */
function asValidated<Row extends { readonly subset: Subset }>(row: Row): Row {
  return row.subset === 'train' ? { ...row, subset: 'val' } : row
}

function seenTwice(run: string): EvaluatorError {
  return new EvaluatorError(
    'folds-differ',
    `Expected another val in all folds of ${run} but received images that two folds have in theirs. Train the folds with one configuration, to the end.`,
    { run },
  )
}
