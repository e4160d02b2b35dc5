/** What a threshold does on the validation set. */
import { colors, type Plot } from '../plot.ts'
import type { ReportData } from '../report-data.ts'
import { axes, drawn, share, thresholdRule, wide } from './layers.ts'

/** F1 at every threshold on the validation set, with the plateau and the choice. */
export function sweepPlot({ sweep, selection }: ReportData): Plot {
  const { thresholds, scores } = sweep.curve
  // Each score holds from the threshold before it, which it does not include, up to its own.
  const steps = Array.from(thresholds, (x, i) => [
    { x: i === 0 ? 0 : thresholds[i - 1], y: scores[i] },
    { x, y: scores[i] },
  ])
  const points = drawn(steps.flat(), wide)
  const { low, high } = selection.thresholdInterval
  return {
    ...wide,
    layer: [
      {
        data: { values: low === null || high === null ? [] : [{ low, high }] },
        mark: { type: 'rect', color: colors.accent, opacity: 0.1 },
        encoding: {
          x: { field: 'low', type: 'quantitative', scale: share },
          x2: { field: 'high' },
        },
      },
      {
        data: { values: points },
        mark: { type: 'line' },
        encoding: { ...axes('Threshold', 'F1 on the validation set'), order: { field: 'order', type: 'quantitative' } },
      },
      thresholdRule(selection.threshold),
    ],
  }
}
