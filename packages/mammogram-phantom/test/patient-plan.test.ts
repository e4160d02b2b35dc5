import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groundTruth } from '../src/data-set-tables.ts'
import { malignantTypes } from '../src/finding.ts'
import { planPatient } from '../src/patient-plan.ts'
import { hasCancer } from '../src/phantom-options.ts'

const plans = Array.from({ length: 150 }, (_, patient) =>
  planPatient({ seed: 3, patient, height: 512, cancer: hasCancer(patient, 0.5) }),
)
const images = plans.flatMap((plan) => plan.images)

test('the first n patients hold round(n * prevalence) cancers for every n', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, prevalence) => {
      let cancers = 0
      for (let index = 0; index < count; index++) cancers += Number(hasCancer(index, prevalence))
      expect(cancers).toBe(Math.floor(count * prevalence + 0.5))
    }),
    { numRuns: 50 },
  )
})

test('patient and image numbers never repeat', () => {
  expect(new Set(plans.map((plan) => plan.patientId)).size).toBe(plans.length)
  expect(new Set(images.map((image) => image.imageId)).size).toBe(images.length)
})

test('a patient has the CC and MLO views of both breasts, and a cancer in both views of one', () => {
  for (const plan of plans) {
    expect(plan.images.map(({ laterality, view }) => `${laterality} ${view}`)).toEqual([
      'L CC',
      'L MLO',
      'R CC',
      'R MLO',
    ])
    const ill = plan.images.filter(({ findings }) => findings.some(({ finding }) => !finding.type.startsWith('benign')))
    expect(ill.map(({ laterality }) => laterality)).toEqual(
      plan.cancerLaterality ? [plan.cancerLaterality, plan.cancerLaterality] : [],
    )
    if (ill.length > 0) expect(ill[0].findings[0].finding).toEqual(ill[1].findings[0].finding)
  }
})

test('both views show a lesion at the same depth behind the nipple within its height times the tilt', () => {
  for (const plan of plans) {
    for (const [cc, mlo] of [plan.images.slice(0, 2), plan.images.slice(2)]) {
      cc.findings.forEach((place, i) => {
        const inCc = cc.outline.nipple.x - place.x
        const inMlo = mlo.outline.nipple.x - mlo.findings[i].x
        const height = Math.abs(place.finding.superiorMm) + Math.abs(place.finding.lateralMm)
        expect(inCc).toBeCloseTo(place.finding.depthMm, 9)
        expect(Math.abs(inMlo - inCc)).toBeLessThan(0.06 * inCc + 0.33 * height)
      })
    }
  }
})

test('every lesion box lies inside the breast box of its image, and the breast fills a lifelike part of the frame', () => {
  for (const image of images) {
    const { breast, breastArea, lesions } = groundTruth(image)
    expect(breast.x).toBeGreaterThanOrEqual(0)
    expect(breast.y).toBeGreaterThanOrEqual(0)
    expect(breast.x + breast.width).toBeLessThanOrEqual(image.columns)
    expect(breast.y + breast.height).toBeLessThanOrEqual(image.rows)
    expect(image.laterality === 'L' ? breast.x : breast.x + breast.width).toBe(
      image.laterality === 'L' ? 0 : image.columns,
    )
    expect(breastArea).toBeGreaterThan(0.4 * breast.width * breast.height)
    expect(breastArea).toBeLessThan(breast.width * breast.height)
    expect(breast.height / image.rows).toBeGreaterThan(0.35)
    for (const lesion of lesions) {
      expect(lesion.x).toBeGreaterThanOrEqual(breast.x)
      expect(lesion.y).toBeGreaterThanOrEqual(breast.y)
      expect(lesion.x + lesion.width).toBeLessThanOrEqual(breast.x + breast.width)
      expect(lesion.y + lesion.height).toBeLessThanOrEqual(breast.y + breast.height)
    }
  }
})

test('a set holds every kind of cancer, pixel format, window function, syntax and several image sizes', () => {
  const all = <Value>(value: (image: (typeof images)[number]) => Value): Set<Value> => new Set(images.map(value))
  const types = images.flatMap(({ findings }) => findings.map(({ finding }) => finding.type))
  expect(new Set(types)).toEqual(new Set([...malignantTypes.plain, 'benign-mass', 'benign-calcification']))
  expect(all(({ machine }) => machine.photometricInterpretation)).toEqual(new Set(['MONOCHROME1', 'MONOCHROME2']))
  expect(all(({ machine }) => machine.voiLutFunction)).toEqual(new Set(['LINEAR', 'SIGMOID']))
  expect(all(({ machine }) => machine.bitsStored)).toEqual(new Set([12, 13, 14, 16]))
  expect(all(({ transferSyntax }) => transferSyntax)).toEqual(
    new Set(['explicit-little-endian', 'jpeg-lossless', 'jpeg-2000-lossless']),
  )
  expect(all(({ density }) => density)).toEqual(new Set(['A', 'B', 'C', 'D']))
  expect(all(({ rows, columns }) => `${rows}x${columns}`).size).toBeGreaterThan(6)
  expect(Math.max(...images.map(({ rows }) => rows))).toBe(512)
})

test('pixel spacing follows from the size, so that lesions keep their millimeters', () => {
  const [small, large] = [256, 2048].map((height) => planPatient({ seed: 3, patient: 1, height, cancer: true }))
  small.images.forEach((image, i) => {
    const twin = large.images[i]
    expect(image.findings).toEqual(twin.findings)
    expect(image.rows * image.pixelSpacingMm).toBeCloseTo(twin.rows * twin.pixelSpacingMm, 9)
  })
})

const lifelike = Array.from({ length: 400 }, (_, patient) =>
  planPatient({ seed: 5, patient, height: 512, cancer: true, look: 'lifelike' }),
)
const lifelikeCc = lifelike.flatMap((plan) =>
  plan.images.filter(({ view }) => view === 'CC').map((image) => ({ plan, image })),
)

test('lifelike cancers are of five kinds and differ in how plain they are: a tenth has below half the usual contrast, a tenth above 1.6 times', () => {
  const cancers = lifelikeCc
    .flatMap(({ image }) => image.findings)
    .filter(({ finding }) => !finding.type.startsWith('benign'))
  expect(cancers.length).toBe(400)
  expect(new Set(cancers.map(({ finding }) => finding.type))).toEqual(new Set(malignantTypes.lifelike))
  const contrasts = cancers.map(({ finding }) => finding.contrast).sort((a, b) => a - b)
  expect(contrasts[40]).toBeLessThan(0.5)
  expect(contrasts[200]).toBeGreaterThan(0.8)
  expect(contrasts[200]).toBeLessThan(1.2)
  expect(contrasts[360]).toBeGreaterThan(1.6)
})

test('lifelike breasts with a cancer have as many benign masses as the other breasts, within 0.06', () => {
  const share = (ill: boolean): number => {
    const breasts = lifelikeCc.filter(({ plan, image }) => (image.laterality === plan.cancerLaterality) === ill)
    const benign = breasts.filter(({ image }) => image.findings.some(({ finding }) => finding.type === 'benign-mass'))
    return benign.length / breasts.length
  }
  expect(Math.abs(share(true) - share(false))).toBeLessThan(0.06)
})

test('a lifelike finding is in both views, a summation in one of them', () => {
  for (const { images } of lifelike) {
    for (const [here, there] of [images.slice(0, 2), images.slice(2)].flatMap(([cc, mlo]) => [
      [cc, mlo],
      [mlo, cc],
    ])) {
      for (const { finding } of here.findings) {
        const isThere = there.findings.some((other) => other.finding === finding)
        expect(isThere).toBe(finding.type !== 'benign-summation')
      }
    }
  }
})
