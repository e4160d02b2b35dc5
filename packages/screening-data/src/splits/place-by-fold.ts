import type { Subset } from '@mammokit/data-split'
import { ScreeningDataError } from '../screening-data-error.ts'

/**
 * The rows of a split with one of its folds as val and the others as train; what has no fold, the test part, stays as it is.
 *
 * @param path the file, named in the error
 * @throws ScreeningDataError `bad-option` for a fold that no row has
 * @example
 * placeByFold([{ subset: 'val', fold: 0 }, { subset: 'train', fold: 1 }, { subset: 'test', fold: null }], 1, 'splits.csv')
 * // subsets train, val and test
 */
export function placeByFold<Row extends { readonly subset: Subset; readonly fold: number | null }>(
  rows: readonly Row[],
  fold: number,
  path: string,
): Row[] {
  const folds = new Set(rows.flatMap((row) => (row.fold === null ? [] : [row.fold])))
  if (!folds.has(fold)) {
    const known = [...folds].sort((a, b) => a - b).join(', ')
    throw new ScreeningDataError(
      'bad-option',
      `Expected a fold of ${path} (${known || 'none there'}) for fold but received ${fold}. Choose one of them, or split with more: mammokit-trainer split --folds.`,
      { fold, folds: [...folds] },
    )
  }
  return rows.map((row) => (row.fold === null ? row : { ...row, subset: row.fold === fold ? 'val' : 'train' }))
}
