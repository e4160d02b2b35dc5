/** What is drawn, read back from the SVG's paths and held against numbers from outside. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { drawn } from '../../../src/report/plots/layers.ts'
import { calibrationPlot, distributionPlot } from '../../../src/report/plots/probability-plots.ts'
import { precisionRecallPlot, rocPlot } from '../../../src/report/plots/ranking-plots.ts'
import { trainingPlot } from '../../../src/report/plots/step-plots.ts'
import { sweepPlot } from '../../../src/report/plots/threshold-plot.ts'
import { renderPlot } from '../../../src/report/render-plot.ts'
import type { ReportData } from '../../../src/report/report-data.ts'

type XY = readonly [x: number, y: number]

interface Recorded {
  readonly targets: readonly (0 | 1)[]
  readonly probabilities: readonly number[]
  readonly roc: readonly XY[]
  readonly precisionRecall: readonly XY[]
  readonly calibration: readonly XY[]
}

const recorded: Recorded = JSON.parse(readFileSync(new URL('../fixtures/plots.json', import.meta.url), 'utf8'))
const { targets } = recorded
const breasts = recorded.probabilities.map((probability, i) => ({
  breastId: `${i}_L`,
  patientId: `${i}`,
  laterality: 'L',
  target: targets[i]!,
  probability,
  images: 1,
}))
const positives = targets.filter((target) => target === 1).length
const reported = (others: object = {}) =>
  ({ breasts, test: { threshold: 0.4, positives, breasts: breasts.length }, ...others }) as unknown as ReportData

const svgOf = async (plot: Parameters<typeof renderPlot>[0]) => (await renderPlot(plot, 'plot')).text

/** The points of the path of a layer, pixels from the upper left corner of the plot. */
function pathOf(svg: string, marks: string): XY[] {
  const [, path = ''] = new RegExp(`${marks}[^>]*>.*? d="(M[^"]*)"`).exec(svg) ?? []
  return path.split(/[ML]/).flatMap((point) => (point === '' ? [] : [point.split(',').map(Number) as unknown as XY]))
}

/** Distance from a point to the nearest of the straight lines between the points of a path. */
function distance([x, y]: XY, path: readonly XY[]): number {
  return path.slice(1).reduce((least, [x1, y1], i) => {
    const [x0, y0] = path[i]!
    const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2
    const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared))
    return Math.min(least, Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)))
  }, Infinity)
}

const inPixels = ([x, y]: XY, width: number, height: number): XY => [width * x, height * (1 - y)]

/** Numbers and places of the labels of both axes, those of the upper one where there are two plots. */
function labelsOf(svg: string) {
  const found = [...svg.matchAll(/translate\((-?[\d.]+),(-?[\d.]+)\)"[^>]*>(\d\.\d)<\/text>/g)]
  return found.map(([, x, y, label]) => ({ x: Number(x), y: Number(y), label: Number(label) }))
}

describe('curves of 400 breasts', () => {
  test.each([
    ['ROC', rocPlot, recorded.roc],
    ['precision and recall', precisionRecallPlot, recorded.precisionRecall],
  ] as const)(
    "of %s pass within half a pixel of each of scikit-learn's points, from its first to its last",
    async (_, plotOf, points) => {
      const svg = await svgOf(plotOf(reported()))
      const path = pathOf(svg, 'mark-line role-mark layer_2_marks')
      const expected = points.map((point) => inPixels(point, 400, 320))
      for (const point of expected) expect(distance(point, path)).toBeLessThanOrEqual(0.5 + 1e-3)
      for (const [end, at] of [
        [0, 0],
        [path.length - 1, expected.length - 1],
      ] as const) {
        expect(path[end]![0]).toBeCloseTo(expected[at]![0], 2)
        expect(path[end]![1]).toBeCloseTo(expected[at]![1], 2)
      }
    },
  )

  test('have axes from 0 to 1 whose labels stand where their numbers are', async () => {
    const labels = labelsOf(await svgOf(rocPlot(reported())))
    const [x, y] = [labels.filter((label) => label.y === 16), labels.filter((label) => label.x === -7)]
    expect(x.map(({ label }) => label)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    for (const { label, x: place } of x) expect(place).toBeCloseTo(400 * label, 9)
    // Text stands three pixels below the tick.
    for (const { label, y: place } of y) expect(place - 3).toBeCloseTo(320 * (1 - label), 9)
    expect(y).toHaveLength(6)
  })

  test('have the dot at the share of breasts that the threshold calls', async () => {
    const svg = await svgOf(rocPlot(reported()))
    const called = (target: number) =>
      breasts.filter((one) => one.target === target && one.probability >= 0.4).length /
      targets.filter((one) => one === target).length
    const [, x, y] = /layer_3_marks.*?translate\(([\d.]+),([\d.]+)\)/.exec(svg)!.map(Number)
    const expected = inPixels([called(0), called(1)], 400, 320)
    expect([x, y]).toEqual([expect.closeTo(expected[0], 6), expect.closeTo(expected[1], 6)])
  })
})

test("calibration has scikit-learn's points, 1e-9, and a bar for each bin as high as its breasts", async () => {
  const svg = await svgOf(calibrationPlot(reported()))
  const [, dots = ''] = /concat_0_layer_2_marks(.*?)<\/g>/.exec(svg) ?? []
  const places = [...dots.matchAll(/translate\(([\d.]+),([\d.]+)\)/g)].map(([, x, y]) => [Number(x), Number(y)])
  expect(places).toHaveLength(recorded.calibration.length)
  for (const [i, point] of recorded.calibration.entries()) {
    const [x, y] = inPixels(point, 400, 240)
    expect(places[i]).toEqual([expect.closeTo(x, 7), expect.closeTo(y, 7)])
  }
  const [, bars = ''] = /concat_1_marks(.*?)<\/g>/.exec(svg) ?? []
  const counts = [...bars.matchAll(/Breasts: (\d+)/g)].map(([, count]) => Number(count))
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(400)
})

test('the distribution has the shares of each class, cancers upwards and healthy breasts downwards', async () => {
  const svg = await svgOf(distributionPlot(reported()))
  const shares = [...svg.matchAll(/Healthy breasts {2}\| {2}with cancer: ([−-]?[\d.]+)/g)].map(([, share]) =>
    Number(share!.replace('−', '-')),
  )
  const sum = (sign: number) => shares.filter((share) => Math.sign(share) === sign).reduce((a, b) => a + b, 0)
  expect([sum(1), sum(-1)]).toEqual([expect.closeTo(1, 6), expect.closeTo(-1, 6)])
})

describe('a curve that is thinned', () => {
  const size = { width: 400, height: 240 }

  test('keeps its extremes, one narrow peak and one narrow valley among 20,000 points', () => {
    const points = Array.from({ length: 20_000 }, (_, i) => ({
      x: i / 19_999,
      y: 0.5 + 0.0001 * Math.sin(12.9898 * i) + (i === 7_123 ? 0.4 : 0) - (i === 15_001 ? 0.4 : 0),
    }))
    const kept = drawn(points, size)
    expect(kept.length).toBeLessThan(200)
    for (const i of [0, 7_123, 15_001, 19_999]) expect(kept).toContainEqual({ ...points[i], order: expect.anything() })
    expect(kept.map(({ order }) => order)).toEqual(kept.map((_, i) => i))
  })

  test('is drawn at the best F1 where the threshold is: 0.794 is not 0.779', async () => {
    // A peak over a millionth of the axis, as among 23,826 breasts.
    const thresholds = Float64Array.from([...Array.from({ length: 500 }, (_, i) => i / 1000), 0.5, 0.500001, 0.6, 1])
    const scores = Float64Array.from(thresholds, (t) => (t === 0.500001 ? 0.794 : 0.779 - Math.abs(t - 0.5)))
    const selection = { threshold: 0.5000005, thresholdInterval: { value: 0.5, low: null, high: null } }
    const svg = await svgOf(sweepPlot(reported({ sweep: { curve: { thresholds, scores } }, selection })))
    const path = pathOf(svg, 'mark-line role-mark layer_1_marks')
    const top = path.reduce((a, b) => (b[1] < a[1] ? b : a))
    expect(Math.abs(top[1] - 240 * (1 - 0.794))).toBeLessThanOrEqual(0.5)
    expect(Math.abs(top[0] - 200)).toBeLessThanOrEqual(0.5)
  })

  test('of training losses keeps a spike of one step', async () => {
    const metrics = Array.from({ length: 3000 }, (_, i) => ({
      kind: 'train' as const,
      epoch: 1,
      step: i + 1,
      lr: 1e-3,
      loss: i === 1500 ? 9 : 1 / (1 + i / 100),
    }))
    const series = [{ kind: 'train', key: 'loss', label: 'Training', color: 'red' }]
    const plot = trainingPlot(metrics as unknown as ReportData['metrics'], 'Loss', series)!
    const path = pathOf(await svgOf(plot), 'mark-line role-mark')
    expect(path.length).toBeLessThan(200)
    const top = path.reduce((a, b) => (b[1] < a[1] ? b : a))
    expect(Math.abs(top[0] - (400 * 1501) / 3000)).toBeLessThanOrEqual(1)
  })
})
