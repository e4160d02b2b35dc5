import { expect, test } from 'vitest'
import { fitMetadataModel } from '../../src/test/metadata-model.ts'

/** 400 images: the older half of machine 2 has cancer most often. */
function trainingRows() {
  return Array.from({ length: 400 }, (_, i) => {
    const age = 40 + (i % 40)
    const machineId = 1 + (i % 3)
    const cancer = Number(((i * 7919) % 997) / 997 < (machineId === 2 && age > 60 ? 0.6 : 0.1))
    return { age, machineId, siteId: 1, view: i % 2 ? 'CC' : 'MLO', implant: 0 as const, cancer }
  })
}

const image = { age: 70, machineId: 2, siteId: 1, view: 'CC', implant: 0 as const }

test('uses the columns that tell images apart, and finds who has cancer more often', () => {
  const model = fitMetadataModel(trainingRows())!
  expect(model.columns).toEqual(['age', 'machine', 'view'])
  expect(model.logit(image)).toBeGreaterThan(model.logit({ ...image, machineId: 1 }) + 0.5)
  expect(model.logit(image)).toBeGreaterThan(model.logit({ ...image, age: 45 }) + 0.5)
})

test('knows rows and columns of the file, and takes images of which they are not known', () => {
  const sized = trainingRows().map((row, i) => ({
    ...row,
    frame: i % 5 === 0 ? undefined : { height: row.cancer === 1 ? 4096 : 3000 + (i % 7), width: 2560 },
  }))
  const model = fitMetadataModel(sized)!
  expect(model.columns).toEqual(['age', 'machine', 'view', 'image rows'])
  const logitAt = (height: number) => model.logit({ ...image, frame: { height, width: 2560 } })
  expect(logitAt(4096)).toBeGreaterThan(logitAt(3000) + 1)
  expect(Number.isFinite(model.logit(image))).toBe(true)
})

test('takes an age that is not known, and a machine that training has not seen', () => {
  const { logit } = fitMetadataModel(trainingRows())!
  expect(Number.isFinite(logit({ ...image, age: null, machineId: 99 }))).toBe(true)
})

test('is none where no column tells images apart, or all are of one class', () => {
  const alike = [0, 1, 0].map((cancer) => ({ ...image, cancer }))
  expect(fitMetadataModel(alike)).toBeNull()
  expect(fitMetadataModel(trainingRows().map((row) => ({ ...row, cancer: 0 })))).toBeNull()
})
