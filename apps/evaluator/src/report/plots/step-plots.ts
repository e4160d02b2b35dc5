/** What changes over the steps of a run, and of several. */
import type { MetricsLine } from '@mammokit/training-run/schema'
import { colors, type Plot } from '../plot.ts'
import { drawn, wide } from './layers.ts'

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
