import type { Precision } from '@mammokit/tensor-engine/names'
import { type Predictions, runPaths } from '@mammokit/training-run'
import { EvaluatorError } from '../evaluator-error.ts'

/**
 * What is tested has the numbers that the threshold was chosen by.
 *
 * @throws EvaluatorError `precision-differs`
 */
export function assertSamePrecision(
  run: string,
  { precision }: Pick<Predictions, 'precision'>,
  asked: Precision,
): void {
  const selected: Precision = precision ?? 'float32'
  if (selected === asked) return
  const path = runPaths(run).selection
  throw new EvaluatorError(
    'precision-differs',
    `Expected --precision ${selected}, in which the predictions behind ${path} were computed, but received ${asked}. Test with that, or predict and select again.`,
    { path, expected: selected, received: asked },
  )
}
