import { expect, test } from 'vitest'
import { baselinesOf } from '../../src/test/baselines.ts'

/** 0 to 1, without order. */
const spread = (i: number, step: number) => ((i * step) % 997) / 997

/** Breasts of 200 patients with two views each; cancer by machine alone. */
function sample(scoreOf: (machineId: number, target: number, noise: number) => number) {
  const breasts = Array.from({ length: 200 }, (_, i) => {
    const machineId = 1 + (i % 4)
    const target = Number(spread(i, 7919) < (machineId === 3 ? 0.5 : 0.1)) as 0 | 1
    return { id: `${i}`, machineId, target, probability: scoreOf(machineId, target, spread(i, 104_729)) }
  })
  const rows = breasts.flatMap(({ id, machineId, target }) =>
    ['CC', 'MLO'].map((view) => ({ imageId: `${id}${view}`, patientId: id, laterality: 'L', machineId, view, target })),
  )
  const known = { age: 60, siteId: 1, implant: null }
  return {
    breasts: breasts.map(({ id, target, probability }) => ({
      breastId: `${id}_L`,
      patientId: id,
      laterality: 'L',
      target,
      probability,
      images: 2,
    })),
    images: rows,
    rowOf: new Map(rows.map((row) => [row.imageId, { ...known, machineId: row.machineId, view: row.view }])),
    trainingRows: rows.map((row) => ({ ...known, machineId: row.machineId, view: row.view, cancer: row.target })),
    resamples: 200,
    seed: 3,
  }
}

test('a network that has learned the machine alone ranks by chance within machines, and is no better than the model of what is known', async () => {
  const shortcut = sample((machineId, _, noise) => (machineId === 3 ? 0.8 : 0.2) + noise / 10)
  const { metadata, within, age, callAllF1 } = await baselinesOf(shortcut)
  expect(metadata?.columns).toEqual(['machine', 'view'])
  expect(metadata!.rocAuc.value).toBeGreaterThan(0.65)
  expect(metadata!.difference.low!).toBeLessThan(0)
  expect(within).toHaveLength(1)
  expect(within[0]).toMatchObject({ column: 'machine' })
  expect(Math.abs(within[0]!.rocAuc! - 0.5)).toBeLessThan(0.15)
  // One age has nothing to rank by.
  expect(age.value).toBe(0.5)
  const positives = shortcut.breasts.filter(({ target }) => target === 1).length
  expect(callAllF1).toBeCloseTo((2 * positives) / (positives + 200), 12)
})

test('a network that sees cancers is above the model, pooled and within machines', async () => {
  const seeing = sample((_, target, noise) => 0.3 * target + 0.6 * noise)
  const { metadata, within } = await baselinesOf(seeing)
  expect(within[0]!.rocAuc).toBeGreaterThan(0.75)
  expect(metadata!.difference.value!).toBeGreaterThan(0)
})

test('says nothing of machines where there is one, nor of a model without columns', async () => {
  const { rowOf, ...input } = sample((_, target) => target)
  const alike = new Map([...rowOf].map(([id, row]) => [id, { ...row, machineId: 1 }]))
  const trainingRows = input.trainingRows.map((row) => ({ ...row, machineId: 1, view: 'CC' }))
  expect(await baselinesOf({ ...input, rowOf: alike, trainingRows })).toMatchObject({ metadata: null, within: [] })
})
