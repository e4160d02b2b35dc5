/** How breasts are ranked: ROC, precision and recall. */
import { operatingPoint, precisionRecallCurve, probabilitiesOf, rocCurve, targetsOf } from '@mammokit/pf1-metric'
import { precisionBand, rocBand } from '../bands.ts'
import { colors, type Plot } from '../plot.ts'
import type { TestedCases } from '../tested-cases.ts'
import { band, curve, diagonal, dot, drawn, square } from './layers.ts'

/** Sensitivity against false alarms, with the operating point. */
export function rocPlot({ breasts, test }: TestedCases): Plot {
  const targets = targetsOf(breasts)
  const probabilities = probabilitiesOf(breasts)
  const { falsePositiveRate, truePositiveRate } = rocCurve(targets, probabilities)
  const points = drawn(
    Array.from(falsePositiveRate, (x, i) => ({ x, y: truePositiveRate[i] })),
    square,
  )
  const { falsePositiveRate: x, truePositiveRate: y } = operatingPoint(targets, probabilities, test.threshold)
  return {
    ...square,
    layer: [
      band(rocBand(breasts)),
      diagonal,
      curve(points, 'Healthy breasts called suspicious', 'Cancers found'),
      dot({ x, y }),
    ],
  }
}

/** Precision against sensitivity, with the operating point and the share of cancers. */
export function precisionRecallPlot({ breasts, test }: TestedCases): Plot {
  const targets = targetsOf(breasts)
  const probabilities = probabilitiesOf(breasts)
  const { precision, recall } = precisionRecallCurve(targets, probabilities)
  // the last point, precision 1 at recall 0, is a convention and no threshold
  const points = drawn(
    Array.from(recall.subarray(0, -1), (x, i) => ({ x, y: precision[i] })),
    square,
  )
  const { truePositiveRate: x, precision: y } = operatingPoint(targets, probabilities, test.threshold)
  const prevalence = test.positives / test.breasts
  return {
    ...square,
    layer: [
      band(precisionBand(breasts)),
      {
        data: { values: [{ y: prevalence }] },
        mark: { type: 'rule', color: colors.faint, strokeDash: [3, 3], opacity: 0.6 },
        encoding: { y: { field: 'y', type: 'quantitative' } },
      },
      curve(points, 'Cancers found', 'Right among those called suspicious'),
      dot({ x, y }),
    ],
  }
}
