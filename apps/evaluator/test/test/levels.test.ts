import { expect, test } from 'vitest'
import { levelsOf } from '../../src/test/levels.ts'

const breast = (patientId: string, laterality: string, target: 0 | 1, probability: number) => ({
  breastId: `${patientId}_${laterality}`,
  patientId,
  laterality,
  target,
  probability,
  images: 1,
})
const breasts = [
  breast('1', 'L', 1, 0.9),
  breast('1', 'R', 0, 0.2),
  // Called by the healthy breast alone.
  breast('2', 'L', 1, 0.1),
  breast('2', 'R', 0, 0.8),
  breast('3', 'L', 0, 0.7),
  breast('3', 'R', 0, 0.1),
  breast('4', 'L', 0, 0.3),
  breast('4', 'R', 0, 0.2),
]
const images = breasts.flatMap((each) => ['a', 'b'].map((name) => ({ ...each, imageId: `${each.breastId}${name}` })))

test('counts a patient by the more suspicious breast, and says who is called by the wrong one alone', async () => {
  const { image, patient } = await levelsOf(images, breasts, 0.5)
  expect(image.units).toBe(16)
  expect(image.sensitivity.value).toBe(0.5)
  expect(patient).toMatchObject({ units: 4, wrongBreastOnly: 1 })
  expect(patient.sensitivity.value).toBe(1)
  expect(patient.specificity.value).toBe(0.5)
  expect(patient.recallRate.value).toBe(0.75)
  // Of patients 1 and 2 with cancer only the first is called on the breast that has it: Clopper and Pearson's 1 of 4.
  expect(patient.detectionRate.value).toBe(0.25)
  expect(patient.detectionRate.low).toBeCloseTo(0.006309, 6)
  expect(patient.detectionRate.high).toBeCloseTo(0.80588, 6)
  expect(patient.ppv.value).toBeCloseTo(2 / 3, 12)
})

test('the images of a patient count as dependent: twice as many give no shorter an interval', async () => {
  const single = breasts.map((each) => ({ ...each, imageId: each.breastId }))
  const [once, twice] = [await levelsOf(single, breasts, 0.5), await levelsOf(images, breasts, 0.5)]
  expect(twice.image.sensitivity.low).toBeCloseTo(once.image.sensitivity.low!, 9)
})
