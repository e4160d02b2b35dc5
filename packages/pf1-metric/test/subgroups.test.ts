import { describe, expect, test } from 'vitest'
import { pfBeta, subgrouper, subgroupFigures, subgroupsBy, subgroupUnits, targetsOf } from '../src/index.ts'

const images = [
  { patientId: '1', laterality: 'L', target: 1, view: 'CC', site: 'A', probability: 0.9 },
  { patientId: '1', laterality: 'L', target: 1, view: 'MLO', site: 'A', probability: 0.7 },
  { patientId: '2', laterality: 'R', target: 0, view: 'CC', site: 'A', probability: 0.6 },
  { patientId: '2', laterality: 'R', target: 0, view: 'MLO', site: 'A', probability: 0.2 },
]
type Image = (typeof images)[number]
const columns = { site: ({ site }: Image) => site, view: ({ view }: Image) => view }

describe('subgroupsBy', () => {
  test('has a group per value of every column that tells images apart, with the images of the group only', () => {
    const groups = subgroupsBy(images, columns, 'mean')
    expect(groups.map(({ column, value, positives }) => [column, value, positives])).toEqual([
      ['view', 'CC', 1],
      ['view', 'MLO', 1],
    ])
    expect(groups.map(({ breasts }) => breasts.map(({ probability }) => probability))).toEqual([
      [0.9, 0.6],
      [0.7, 0.2],
    ])
  })

  test('orders groups by their numbers and leaves out images of none', () => {
    const ages = ['100 to 109', null, '40 to 49', '']
    const age = ({ probability }: Image) => ages[images.findIndex((image) => image.probability === probability)]
    expect(subgroupsBy(images, { age }, 'mean').map(({ value }) => value)).toEqual(['40 to 49', '100 to 109'])
  })
})

describe('subgrouper', () => {
  test('takes one column after another, by the image or by its place', () => {
    const groupsBy = subgrouper(images, 'max')
    expect(
      groupsBy('target', ({ target }) => `${target}`).map(({ breasts }) => breasts.map((b) => b.breastId)),
    ).toEqual([['2_R'], ['1_L']])
    const views = images.map(({ view }) => view)
    const byView = groupsBy('view', (_, index) => views[index])
    expect(byView).toEqual(subgroupsBy(images, { view: ({ view }: Image) => view }, 'max'))
    expect(groupsBy('breast', ({ patientId }) => patientId)).toEqual([
      {
        column: 'breast',
        value: '1',
        positives: 1,
        hasIntervals: false,
        breasts: [{ breastId: '1_L', patientId: '1', laterality: 'L', target: 1, images: 2, probability: 0.9 }],
      },
      {
        column: 'breast',
        value: '2',
        positives: 0,
        hasIntervals: false,
        breasts: [{ breastId: '2_R', patientId: '2', laterality: 'R', target: 0, images: 2, probability: 0.6 }],
      },
    ])
    expect(groupsBy('view', ({ view }) => view)).toEqual(byView)
  })
})

test('unknown is the last group of a column', () => {
  const values = ['zoo', 'unknown', 'Zürich', '7']
  const place = (image: Image) => values[images.indexOf(image)]
  expect(subgroupsBy(images, { place }, 'mean').map(({ value }) => value)).toEqual(['7', 'zoo', 'Zürich', 'unknown'])
})

test('units are the breasts of the groups, called at the threshold', () => {
  const groups = subgroupsBy(images, { view: ({ view }: Image) => view }, 'mean')
  expect(subgroupUnits(groups, 0.6).map(({ patientId, call, value }) => [patientId, call, value])).toEqual([
    ['1', true, 'CC'],
    ['2', true, 'CC'],
    ['1', true, 'MLO'],
    ['2', false, 'MLO'],
  ])
})

describe('subgroupFigures', () => {
  test.each([
    [9, false],
    [10, true],
  ])('has intervals from ten breasts with cancer on: %i', async (count, hasInterval) => {
    const members = Array.from({ length: 2 * count + 1 }, (_, i) => ({
      patientId: `${i}`,
      laterality: 'L',
      target: i % 2,
      probability: (i % 7) / 7,
      site: i < 2 * count ? '1' : '2',
    }))
    const [site] = subgroupsBy(members, { site: (image) => image.site }, 'mean')
    const figures = await subgroupFigures(site, 0.5)
    expect(figures).toMatchObject({ column: 'site', value: '1', breasts: 2 * count, positives: count })
    expect(figures.rocAuc.value).not.toBeNull()
    const calls = site.breasts.map(({ probability }) => Number(probability >= 0.5))
    expect(figures.pf1AtThreshold.value).toBe(pfBeta(targetsOf(site.breasts), calls))
    expect(figures.rocAuc.low !== null).toBe(hasInterval)
  })

  test('has no F1 where there is no cancer', async () => {
    const groups = subgroupsBy(images, { target: ({ target }) => `${target}` }, 'mean')
    expect(await subgroupFigures(groups[0], 0.5)).toMatchObject({
      pf1AtThreshold: { value: null },
      rocAuc: { value: null },
      specificity: { value: 1, low: null },
    })
  })
})
