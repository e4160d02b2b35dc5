import { colors, type Plot } from './plot.ts'
import type { TestedCases } from './tested-cases.ts'

/** Net benefit of the calibrated probabilities, and of calling everybody, from 0 to 10 %. */
export function decisionPlot({ test }: TestedCases): Plot {
  const models = test.decisionCurve.map(({ model }) => model)
  const highest = Math.max(0.001, ...models)
  // Calling everybody falls far below; what matters lies above calling nobody, at 0.
  const lowest = Math.min(0, ...models) - highest / 4
  const values = test.decisionCurve.flatMap(({ threshold, model, callAll }) => [
    { x: threshold, y: model, of: 'the network' },
    ...(callAll >= lowest ? [{ x: threshold, y: callAll, of: 'calling everybody' }] : []),
  ])
  return {
    width: 400,
    height: 320,
    data: { values },
    mark: { type: 'line' },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: 'Probability that is called', axis: { format: '.0%' } },
      y: {
        field: 'y',
        type: 'quantitative',
        title: 'Net benefit per breast',
        scale: { domain: [lowest, highest * 1.1] },
      },
      color: {
        field: 'of',
        type: 'nominal',
        scale: { domain: ['the network', 'calling everybody'], range: [colors.accent, colors.faint] },
        legend: {},
      },
    },
  }
}
