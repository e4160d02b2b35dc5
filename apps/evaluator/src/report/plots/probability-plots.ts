/** What probabilities are given, and how often they come true. */
import { calibrationBins, probabilitiesOf, probabilityBins, targetsOf, wilson } from '@mammokit/pf1-metric'
import { shareInterval } from '../bands.ts'
import { colors, type Plot } from '../plot.ts'
import type { TestedCases } from '../tested-cases.ts'
import { diagonal, share, square, thresholdRule } from './layers.ts'

/** Observed share of cancers against the probability that was given, each with its interval, and how many breasts there are. */
export function calibrationPlot({ breasts }: TestedCases): Plot {
  const bins = calibrationBins(targetsOf(breasts), probabilitiesOf(breasts))
  const values = bins.map(({ low: from, high: to, meanProbability, fractionOfPositives, count }) => {
    const inBin = breasts.filter(({ probability }) => probability > from && probability <= to)
    // The first bin has the probability 0 as well.
    const rows = inBin.length === count ? inBin : breasts.filter(({ probability }) => probability <= to)
    const { low, high } = shareInterval(rows, ({ target }) => target === 1, wilson)
    return { x: meanProbability, y: fractionOfPositives, low, high, from, to, breasts: count }
  })
  const x = { field: 'x', type: 'quantitative', scale: share, title: null, axis: { labels: false } } as const
  return {
    vconcat: [
      {
        width: 400,
        height: 240,
        layer: [
          diagonal,
          {
            data: { values },
            mark: { type: 'rule', color: colors.accent, strokeWidth: 1.5 },
            encoding: {
              x,
              y: { field: 'low', type: 'quantitative', title: 'Share with cancer', scale: share },
              y2: { field: 'high' },
            },
          },
          {
            data: { values },
            mark: { type: 'point', filled: true, color: colors.accent, opacity: 1, size: 60 },
            encoding: { x, y: { field: 'y', type: 'quantitative', title: 'Share with cancer', scale: share } },
          },
        ],
      },
      {
        width: 400,
        height: 54,
        data: { values },
        mark: { type: 'bar', binSpacing: 1, color: colors.accent, opacity: 0.6 },
        encoding: {
          x: { field: 'from', type: 'quantitative', bin: { binned: true }, title: 'Probability given', scale: share },
          x2: { field: 'to' },
          y: { field: 'breasts', type: 'quantitative', title: 'Breasts', axis: { tickCount: 2 } },
        },
      },
    ],
    spacing: 8,
  }
}

/** How the probabilities of breasts with cancer (upwards) and of healthy ones (downwards) lie, in twenty bins, with the threshold. */
export function distributionPlot({ breasts, test }: TestedCases): Plot {
  const values = probabilityBins(targetsOf(breasts), probabilitiesOf(breasts), 20).map(({ share, ...bin }) => ({
    ...bin,
    share: bin.target === 1 ? share : -share,
  }))
  return {
    ...square,
    layer: [
      {
        data: { values },
        mark: { type: 'bar', binSpacing: 1 },
        encoding: {
          x: { field: 'low', type: 'quantitative', bin: { binned: true }, title: 'Probability given', scale: share },
          x2: { field: 'high' },
          y: {
            field: 'share',
            type: 'quantitative',
            stack: null,
            title: 'Healthy breasts  |  with cancer',
            axis: { labelExpr: "format(abs(datum.value), '.0%')" },
          },
          color: {
            field: 'target',
            type: 'nominal',
            scale: { domain: [0, 1], range: [colors.accent, colors.cancer] },
            legend: null,
          },
        },
      },
      thresholdRule(test.threshold),
    ],
  }
}
