import type { SubgroupFigures } from '@mammokit/pf1-metric'
import { parseSplitsCsv } from '@mammokit/screening-data'
import { beforeAll, describe, expect, test } from 'vitest'
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
    ...{ imageId: row.imageId, patientId: row.patientId, laterality: row.laterality, view: row.view },
    ...{ target: row.cancer, probability: [0.9, 0.7, 0.6, 0.2][i] },
  }))
  const groupsOf = (setOf: (imageId: string) => string | null = () => null) =>
    subgroupsOf(rows, new Map(splits.map((row) => [row.imageId, { ...row, set: setOf(row.imageId) }])), {
      aggregation: 'mean',
      threshold: 0.5,
    })
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
