import { checkOption } from '../check-inputs.ts'

/**
 * p-values of several tests, adjusted so that all that are below a level may be believed together.
 *
 * Reference: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979, 65-70.
 *
 * @param pValues 0 to 1
 * @throws MetricError `bad-option`
 * @example
 * holm([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export function holm(pValues: readonly number[]): number[] {
  for (const pValue of pValues) checkOption('pValues', pValue, 0, 1)
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a] - pValues[b])
  const adjusted = new Array<number>(pValues.length)
  let highest = 0
  for (const [place, index] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (pValues.length - place) * pValues[index]))
    adjusted[index] = highest
  }
  return adjusted
}
