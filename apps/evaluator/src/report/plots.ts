/** The plots of the report, each a Vega-Lite specification of plain data. */
import {
  calibrationBins,
  operatingPoint,
  precisionRecallCurve,
  probabilitiesOf,
  probabilityBins,
  rocCurve,
  simplifyCurve,
  targetsOf,
  wilson,
} from '@mammokit/pf1-metric'
import type { MetricsLine } from '@mammokit/training-run/schema'
import { type BandPoint, precisionBand, rocBand, shareInterval } from './bands.ts'
import { colors, type Plot } from './render-plot.ts'
import type { ReportData } from './report-data.ts'

const square = { width: 400, height: 320 } as const
const wide = { width: 400, height: 240 } as const
const share = { domain: [0, 1], nice: false }
/** One layer of a plot. */
type Layer = Extract<Plot, { layer: unknown }>['layer'][number]

/** Half a pixel, as a share of each axis: points that are closer to a curve only add to the page's size. */
const halfPixelOf = ({ width, height }: { readonly width: number; readonly height: number }) => ({
  x: 0.5 / width,
  y: 0.5 / height,
})

/** Sensitivity against false alarms, with the operating point. */
export function rocPlot({ breasts, test }: ReportData): Plot {
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
export function precisionRecallPlot({ breasts, test }: ReportData): Plot {
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

/** Observed share of cancers against the probability that was given, each with its interval, and how many breasts there are. */
export function calibrationPlot({ breasts }: ReportData): Plot {
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
export function distributionPlot({ breasts, test }: ReportData): Plot {
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

/** One figure of the validation of several runs over the steps. */
export function runsPlot(
  runs: readonly { readonly name: string; readonly metrics: readonly MetricsLine[] }[],
  key: string,
  title: string,
): Plot | undefined {
  const values = runs.flatMap(({ name, metrics }) =>
    metrics.flatMap((line) =>
      line.kind === 'validation' && typeof line[key] === 'number'
        ? [{ step: line.step, value: line[key], run: name }]
        : [],
    ),
  )
  if (values.length === 0) return undefined
  const domain = runs.map(({ name }) => name)
  return {
    ...wide,
    data: { values },
    mark: { type: 'line', strokeWidth: 1.8, point: { size: 18, filled: true } },
    encoding: {
      x: { field: 'step', type: 'quantitative', title: 'Step', scale: { zero: true } },
      y: { field: 'value', type: 'quantitative', title, scale: { zero: false } },
      color: {
        field: 'run',
        type: 'nominal',
        scale: {
          domain,
          range: domain.map((_, i) => [colors.accent, colors.cancer, colors.ink, colors.faint][i % 4]!),
        },
        legend: {},
      },
      strokeDash: {
        field: 'run',
        type: 'nominal',
        scale: { domain, range: domain.map((_, i) => [[], [6, 3], [2, 2], [8, 3, 2, 3]][i % 4]!) },
        legend: {},
      },
    },
  }
}

/** One value of metrics.jsonl per kind of line over the steps. */
export function trainingPlot(
  metrics: readonly MetricsLine[],
  title: string,
  series: readonly { kind: string; key: string; label: string; color: string }[],
  scale: object = { zero: false },
): Plot | undefined {
  const values = series.flatMap(({ kind, key, label }) =>
    drawn(
      metrics.flatMap((line) =>
        line.kind === kind && typeof line[key] === 'number' ? [{ x: line.step, y: line[key] }] : [],
      ),
      wide,
    ).map(({ x, y }) => ({ step: x, value: y, label })),
  )
  if (values.length === 0) return undefined
  const present = series.filter(({ label }) => values.some((value) => value.label === label))
  const few = values.length <= 24
  return {
    ...wide,
    data: { values },
    mark: { type: 'line', strokeWidth: 1.8, point: few ? { size: 24, filled: true } : false },
    encoding: {
      x: { field: 'step', type: 'quantitative', title: 'Step', scale: { zero: true } },
      y: { field: 'value', type: 'quantitative', title, scale },
      color: {
        field: 'label',
        type: 'nominal',
        scale: { domain: present.map(({ label }) => label), range: present.map(({ color }) => color) },
        legend: present.length > 1 ? {} : null,
      },
    },
  }
}

function band(points: readonly BandPoint[]): Layer {
  return {
    data: { values: [...points].sort((a, b) => a.x - b.x) },
    mark: { type: 'area', color: colors.accent, opacity: 0.14 },
    encoding: {
      x: { field: 'x', type: 'quantitative' },
      y: { field: 'low', type: 'quantitative' },
      y2: { field: 'high' },
    },
  }
}

const diagonal: Layer = {
  data: {
    values: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ],
  },
  mark: { type: 'line', color: colors.faint, strokeDash: [3, 3], strokeWidth: 1, opacity: 0.6 },
  encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
}

function axes(x: string, y: string): NonNullable<Extract<Layer, { mark: unknown }>['encoding']> {
  return {
    x: { field: 'x', type: 'quantitative', title: x, scale: share },
    y: { field: 'y', type: 'quantitative', title: y, scale: share },
  }
}

function curve(points: readonly object[], x: string, y: string): Layer {
  return {
    data: { values: [...points] },
    mark: { type: 'line', interpolate: 'linear', clip: false },
    encoding: { ...axes(x, y), order: { field: 'order', type: 'quantitative' } },
  }
}

function dot(point: { readonly x: number; readonly y: number }): Layer {
  return {
    data: { values: [point] },
    mark: { type: 'point', filled: true, size: 90, color: colors.cancer, opacity: 1 },
    encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
  }
}

function thresholdRule(threshold: number): Layer {
  return {
    data: { values: [{ x: threshold }] },
    mark: { type: 'rule', color: colors.cancer, strokeWidth: 1.5 },
    encoding: { x: { field: 'x', type: 'quantitative' } },
  }
}

/** The points that a plot of this size needs, numbered in order. */
function drawn(
  points: readonly { readonly x: number; readonly y: number }[],
  size: { readonly width: number; readonly height: number },
) {
  if (points.length === 0) return []
  const [x, y] = (['x', 'y'] as const).map((axis) => {
    const values = points.map((point) => point[axis])
    return values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity)
  })
  const half = halfPixelOf(size)
  return simplifyCurve(points, { x: (x || 1) * half.x, y: (y || 1) * half.y }).map((point, order) => ({
    ...point,
    order,
  }))
}
