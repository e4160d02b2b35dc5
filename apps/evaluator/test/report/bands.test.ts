import { expect, it } from 'vitest'
import { precisionBand, rocBand } from '../../src/report/bands.ts'

const breast = (patientId: string, target: 0 | 1, probability: number) => ({
  breastId: `${patientId}_L`,
  patientId,
  laterality: 'L',
  target,
  probability,
  images: 1,
})
// 40 cancers above all 60 healthy breasts.
const breasts = [
  ...Array.from({ length: 40 }, (_, i) => breast(`c${i}`, 1, 0.6 + i / 200)),
  ...Array.from({ length: 60 }, (_, i) => breast(`h${i}`, 0, 0.1 + i / 200)),
]

it('has at full sensitivity the interval of Clopper and Pearson: 40 of 40 is 0.912 to 1', () => {
  const last = rocBand(breasts).at(-1)!
  expect(last.x).toBe(1)
  expect(last.low).toBeCloseTo(0.9119, 4)
  expect(last.high).toBe(1)
})

it("has at the last threshold the share of cancers with Wilson's interval: 40 of 100 is 0.309 to 0.498", () => {
  const last = precisionBand(breasts).at(-1)!
  expect(last.x).toBe(1)
  expect([last.low, last.high].map((value) => value.toFixed(3))).toEqual(['0.309', '0.498'])
})

it('counts two breasts of a patient that end alike as one', () => {
  const twice = breasts.flatMap((one) => [one, { ...one, breastId: `${one.patientId}_R`, laterality: 'R' }])
  expect(rocBand(twice).at(-1)!.low).toBeCloseTo(0.9119, 4)
})
