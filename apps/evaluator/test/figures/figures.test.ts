import { silentContext } from '@mammokit/command-line'
import type { BreastPrediction } from '@mammokit/pf1-metric'
import { parseSplitsCsv } from '@mammokit/screening-data'
import { beforeAll, describe, expect, test } from 'vitest'
import { figureOf, figuresOf, resamplingStage, statisticsAt } from '../../src/figures/figures.ts'
import { type Subgroup, subgroupsOf } from '../../src/figures/subgroups.ts'

const resampling = { resamples: 200, seed: 13 }

function breasts(...rows: [target: 0 | 1, probability: number][]): BreastPrediction[] {
  return rows.map(([target, probability], patient) => ({
    ...{ breastId: `${patient}_L`, patientId: `${patient}`, laterality: 'L', images: 1 },
    ...{ target, probability },
  }))
}

describe('figuresOf', () => {
  test('has a value and an interval where the breasts define them', async () => {
    const rows = breasts([1, 0.9], [1, 0.4], [0, 0.6], [0, 0.2], [0, 0.1], [1, 0.8])
    const figures = await figuresOf(rows, statisticsAt(0.5), resampling)
    expect(figures.sensitivity.value).toBeCloseTo(2 / 3, 12)
    expect(figures.specificity.value).toBeCloseTo(2 / 3, 12)
    expect(figures.rocAuc.value).toBeCloseTo(8 / 9, 12)
    expect(figures.rocAuc.low).toBeLessThan(figures.rocAuc.high!)
  })

  test('is null where there is no cancer, or no healthy breast', async () => {
    const nothing = { value: null, low: null, high: null }
    const healthy = await figuresOf(breasts([0, 0.2], [0, 0.9]), statisticsAt(0.5), resampling)
    expect(healthy).toMatchObject({ rocAuc: nothing, averagePrecision: nothing, sensitivity: nothing })
    expect(healthy.specificity.value).toBe(0.5)
    expect(await figuresOf(breasts([1, 0.2]), statisticsAt(0.5), resampling)).toMatchObject({
      rocAuc: nothing,
      specificity: nothing,
    })
  })

  test('has no interval where most resamples do not define the figure', async () => {
    // one resample of two patients, which has one patient twice in half of the seeds
    const rows = breasts([1, 0.9], [0, 0.1])
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
    const figures = await Promise.all(
      seeds.map((seed) => figureOf(rows, statisticsAt(0.5).rocAuc, { resamples: 1, seed })),
    )
    expect(figures).toContainEqual({ value: 1, low: null, high: null })
    expect(figures).toContainEqual({ value: 1, low: 1, high: 1 })
  })

  test('rethrows errors other than too few breasts', async () => {
    const broken = breasts([1, 2])
    await expect(figureOf(broken, statisticsAt(0.5).pf1, resampling)).rejects.toThrow('probabilities[0] but received 2')
  })
})

describe('resamplingStage', () => {
  const rows = breasts([1, 0.9], [1, 0.4], [0, 0.6], [0, 0.2])

  test('reports every resample', async () => {
    const reported: [string, number][] = []
    const progress = {
      ...silentContext.progress,
      start: (label: string, total: number) => reported.push([label, total]),
    }
    const updates: number[] = []
    const context = { progress: { ...progress, update: (done: number) => updates.push(done) } }
    const stage = resamplingStage('bootstrap', 2, resampling, context)
    await figuresOf(rows, { one: () => 1, two: () => 2 }, stage)
    expect(reported).toEqual([['bootstrap', 400]])
    expect(updates.at(-1)).toBe(400)
  })

  test('stops between two resamples with the reason of the signal', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('stopped')), 20)
    const context = { progress: silentContext.progress, signal: stop.signal }
    const stage = resamplingStage('bootstrap', 1, { resamples: 1e7, seed: 13 }, context)
    await expect(figureOf(rows, () => 1, stage)).rejects.toThrow('stopped')
  })
})

describe('subgroupsOf', () => {
  const splits = parseSplitsCsv(
    [
      'patient_id,image_id,laterality,view,cancer,site_id,age,density,subset,fold',
      '1,11,L,CC,1,1,47.5,B,test,',
      '1,12,L,MLO,1,1,47.5,B,test,',
      '2,21,R,CC,0,2,61,,test,',
      '2,22,R,MLO,0,2,61,,test,',
    ].join('\n'),
  )
  const rows = splits.map((row, i) => ({
    ...{ imageId: row.imageId, patientId: row.patientId, laterality: row.laterality, view: row.view },
    ...{ target: row.cancer, probability: [0.9, 0.7, 0.6, 0.2][i] },
  }))
  const groupsOf = () =>
    subgroupsOf(rows, new Map(splits.map((row) => [row.imageId, row])), {
      ...{ aggregation: 'mean', threshold: 0.5 },
      ...resampling,
    })
  let groups: Subgroup[] = []
  beforeAll(async () => {
    groups = await groupsOf()
  })

  test('has a group per value of every column that tells more than one apart', async () => {
    expect(groups.map(({ column, value, breasts, positives }) => [column, value, breasts, positives])).toEqual([
      ['site', '1', 1, 1],
      ['site', '2', 1, 0],
      ['view', 'CC', 2, 1],
      ['view', 'MLO', 2, 1],
      ['age', '40 to 49', 1, 1],
      ['age', '60 to 69', 1, 0],
    ])
  })

  test("takes a breast's images of the group only", () => {
    const specificity = (view: string) => groups.find(({ value }) => value === view)!.specificity.value
    expect([specificity('CC'), specificity('MLO')]).toEqual([0, 1])
  })

  test('has no F1 where there is no cancer', async () => {
    expect(groups[1].pf1AtThreshold.value).toBeNull()
  })

  test.each([
    [4, false],
    [5, true],
  ])('has intervals from five breasts with cancer and five without on: %i', async (count, hasInterval) => {
    const members = Array.from({ length: 2 * count + 1 }, (_, i) => ({
      ...rows[0],
      ...{ imageId: `${i}`, patientId: `${i}`, target: (i % 2) as 0 | 1, probability: (i % 7) / 7 },
    }))
    const places = new Map(members.map(({ imageId }, i) => [imageId, { ...splits[0], siteId: i < 2 * count ? 1 : 2 }]))
    const options = { aggregation: 'mean', threshold: 0.5, ...resampling } as const
    const [site] = await subgroupsOf(members, places, options)
    expect(site).toMatchObject({ column: 'site', value: '1', breasts: 2 * count, positives: count })
    expect(site.rocAuc.value).not.toBeNull()
    expect(site.rocAuc.low !== null).toBe(hasInterval)
  })
})
