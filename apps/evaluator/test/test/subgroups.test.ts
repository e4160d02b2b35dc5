import type { SubgroupFigures } from '@mammokit/pf1-metric'
import { parseSplitsCsv } from '@mammokit/screening-data'
import { beforeAll, describe, expect, test } from 'vitest'
import { subgroupNotes } from '../../src/test/subgroup-notes.ts'
import { subgroupsOf } from '../../src/test/subgroups.ts'

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
    imageId: row.imageId,
    patientId: row.patientId,
    laterality: row.laterality,
    view: row.view,
    target: row.cancer,
    probability: [0.9, 0.7, 0.6, 0.2][i],
  }))
  const groupsOf = async (setOf: (imageId: string) => string | null = () => null) =>
    (
      await subgroupsOf(rows, new Map(splits.map((row) => [row.imageId, { ...row, set: setOf(row.imageId) }])), {
        aggregation: 'mean',
        threshold: 0.5,
      })
    ).subgroups
  let groups: SubgroupFigures[] = []
  beforeAll(async () => {
    groups = await groupsOf()
  })

  test('has a group per value of every column that tells more than one apart', async () => {
    expect(groups.map(({ column, value, breasts, positives }) => [column, value, breasts, positives])).toEqual([
      ['site', '1', 1, 1],
      ['site', '2', 1, 0],
      ['view', 'CC', 2, 1],
      ['view', 'MLO', 2, 1],
      ['laterality', 'L', 1, 1],
      ['laterality', 'R', 1, 0],
      ['density', 'B', 1, 1],
      ['density', 'unknown', 1, 0],
      ['age', '40 to 49', 1, 1],
      ['age', '60 to 69', 1, 0],
    ])
  })

  test('has a group per data set where there are several', async () => {
    const ofSets = await groupsOf((imageId) => (imageId < '20' ? 'cmmd' : 'rsna'))
    expect(ofSets.slice(0, 2).map(({ column, value, breasts }) => [column, value, breasts])).toEqual([
      ['set', 'cmmd', 1],
      ['set', 'rsna', 1],
    ])
  })

  test("takes a breast's images of the group only", () => {
    const specificity = (view: string) => groups.find(({ value }) => value === view)!.specificity.value
    expect([specificity('CC'), specificity('MLO')]).toEqual([0, 1])
  })

  test('has no F1 where there is no cancer', async () => {
    expect(groups[1].pf1AtThreshold.value).toBeNull()
  })
})

describe('a test of every attribute', () => {
  const header = 'patient_id,image_id,laterality,view,cancer,site_id,implant,BIRADS,invasive,machine_id,subset,fold'
  // 80 patients with cancer, half of each site; 300 without.
  const lines = Array.from({ length: 380 }, (_, i) => {
    const cancer = i < 80 ? 1 : 0
    const invasive = cancer === 1 ? (i % 5 === 0 ? '' : i % 3 === 0 ? 1 : 0) : 0
    return [i, `${i}0`, 'L', 'CC', cancer, 1 + (i % 2), i % 7 === 0 ? 1 : 0, i % 3, invasive, 49, 'test', ''].join()
  })
  const splits = parseSplitsCsv([header, ...lines].join('\n'))
  const rowOf = new Map(
    splits.map((row, i) => {
      const method = i % 13 === 0 ? ('threshold' as const) : ('yolov5' as const)
      const height = i % 11 === 0 ? 2600 : 1800
      return [row.imageId, { ...row, method, frame: { height, width: 1499 } }]
    }),
  )
  const predictionsOf = (isCalled: (index: number, site: number) => boolean) =>
    splits.map(({ imageId, patientId, laterality, view, cancer }, i) => ({
      imageId,
      patientId,
      laterality,
      view,
      target: cancer,
      logit: 0,
      probability: isCalled(i, 1 + (i % 2)) ? 0.9 : 0.1,
    }))

  test('calls out a site whose cancers are missed more often, and nothing else', async () => {
    // Sensitivity 0.5 at site 1 and 0.9 at site 2; specificity 0.9 at both.
    const calls = predictionsOf((i, site) => (i < 80 ? (i >> 1) % 10 < (site === 1 ? 5 : 9) : (i >> 1) % 10 === 0))
    const tested = await subgroupsOf(calls, rowOf, { aggregation: 'mean', threshold: 0.5 })
    expect(tested.subgroupTests.map(({ column, compares }) => [column, compares])).toEqual([
      ['site', 'both'],
      ['implant', 'both'],
      ['BI-RADS', 'both'],
      ['invasive', 'sensitivity'],
      ['image size', 'both'],
      ['region by', 'both'],
    ])
    expect(subgroupNotes(tested)).toEqual([
      expect.stringMatching(
        /^Sensitivity and specificity differ by site beyond chance \(p 0\.0\d\d after Holm\): sensitivity 0\.500 \(1\) to 0\.900 \(2\); specificity 0\.900/,
      ),
    ])
    const sites = tested.subgroups.filter(({ column }) => column === 'site')
    expect(sites.map(({ sensitivity }) => sensitivity.low !== null)).toEqual([true, true])
  })

  test('has no call-out where calls are alike, and unknown as a group that is not tested', async () => {
    const calls = predictionsOf((i) => (i >> 1) % 10 < (i < 80 ? 7 : 1))
    const tested = await subgroupsOf(calls, rowOf, { aggregation: 'mean', threshold: 0.5 })
    expect(subgroupNotes(tested)).toEqual([])
    const invasive = tested.subgroups.filter(({ column }) => column === 'invasive')
    expect(invasive.map(({ value, breasts, positives }) => [value, breasts, positives])).toEqual([
      ['no', 43, 43],
      ['yes', 21, 21],
      ['unknown', 16, 16],
    ])
    expect(invasive.every(({ specificity }) => specificity.value === null)).toBe(true)
    const sizes = tested.subgroups.filter(({ column }) => column === 'image size')
    expect(sizes.map(({ value, breasts }) => [value, breasts])).toEqual([
      ['1500 to 1999 x 1000 to 1499 px', 345],
      ['2500 to 2999 x 1000 to 1499 px', 35],
    ])
  })
})
