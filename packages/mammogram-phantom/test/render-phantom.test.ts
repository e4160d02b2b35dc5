import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { malignantTypes } from '../src/finding.ts'
import { PhantomError, type PhantomSpec, renderPhantom } from '../src/index.ts'

const spec = { laterality: 'L', view: 'CC', height: 320, patient: 4, density: 'B', implant: false } as const

test('the same spec gives the same pixels, another patient or seed other pixels', () => {
  const { data } = renderPhantom(spec)
  expect(renderPhantom(spec).data).toEqual(data)
  expect(renderPhantom({ ...spec, seed: 14 }).data).not.toEqual(data)
})

// Recorded on Node 20.20.2, Linux x64. Another value means that data sets of the same seed have changed: raise
// FORMAT_VERSION in write-phantom-dataset.ts, so that no run continues an older one.
test.each<[string, PhantomSpec]>([
  ['a4c3e63c366c61e7', { laterality: 'L', view: 'CC', cancer: 'spiculated-mass' }],
  ['ec8c5904fa07483d', { laterality: 'R', view: 'MLO', cancer: 'distortion', density: 'D' }],
  ['758ca0c00a5bf8ce', { laterality: 'R', view: 'CC', cancer: 'microcalcifications', patient: 5, implant: true }],
])('the pixels are those recorded, SHA-256 %s', (hash, drawn) => {
  const { data } = renderPhantom({ ...drawn, height: 320 })
  expect(createHash('sha256').update(data).digest('hex').slice(0, 16)).toBe(hash)
})

test('only the surroundings of the lesion change with its conspicuity', () => {
  for (const cancer of ['spiculated-mass', 'microcalcifications', 'distortion'] as const) {
    const faint = renderPhantom({ ...spec, cancer, conspicuity: 0 })
    const clear = renderPhantom({ ...spec, cancer, conspicuity: 1 })
    const [lesion] = clear.lesions
    expect(clear.lesions).toEqual(faint.lesions)
    let [inside, outside] = [0, 0]
    for (let i = 0; i < clear.data.length; i++) {
      const dx = (i % clear.width) - lesion.x - lesion.width / 2
      const dy = Math.floor(i / clear.width) - lesion.y - lesion.height / 2
      const difference = clear.data[i] - faint.data[i]
      if (Math.max(Math.abs(dx), Math.abs(dy)) < lesion.width / 2) inside += difference
      else if (Math.hypot(dx, dy) > 0.9 * lesion.width + 2) outside += Math.abs(difference)
    }
    expect(outside).toBe(0)
    expect(inside / (lesion.width * lesion.height)).toBeGreaterThan(500)
  }
})

const lifelike = { ...spec, look: 'lifelike' } as const

// Recorded on Node 20.20.2, Linux x64, as those above.
test.each<[string, PhantomSpec]>([
  ['51d5da61dbad496b', { laterality: 'L', view: 'CC', cancer: 'spiculated-mass' }],
  ['13ab157ebdc513e6', { laterality: 'R', view: 'MLO', cancer: 'distortion', density: 'D' }],
  ['b8b9873fdc037e37', { laterality: 'L', view: 'MLO', cancer: 'asymmetry', patient: 7 }],
  ['048ccda1eacb45a2', { laterality: 'L', view: 'CC', cancer: 'irregular-mass', patient: 8 }],
  ['9caaedcf13855170', { laterality: 'R', view: 'CC', cancer: 'microcalcifications', patient: 5, implant: true }],
])('the lifelike pixels are those recorded, SHA-256 %s', (hash, drawn) => {
  const { data } = renderPhantom({ ...drawn, look: 'lifelike', height: 320 })
  expect(createHash('sha256').update(data).digest('hex').slice(0, 16)).toBe(hash)
})

// Unsharp masks of the machine's processing reach 18 mm at most.
test.each(malignantTypes.lifelike)(
  'only the surroundings of a lifelike cancer change with its conspicuity: %s',
  (cancer) => {
    const faint = renderPhantom({ ...lifelike, cancer, conspicuity: 0 })
    const clear = renderPhantom({ ...lifelike, cancer, conspicuity: 3 })
    const [lesion] = clear.lesions
    expect(clear.lesions).toEqual(faint.lesions)
    const reach = 0.9 * lesion.width + 2 + 18 / clear.pixelSpacingMm
    let [inside, outside] = [0, 0]
    for (let i = 0; i < clear.data.length; i++) {
      const dx = (i % clear.width) - lesion.x - lesion.width / 2
      const dy = Math.floor(i / clear.width) - lesion.y - lesion.height / 2
      const difference = clear.data[i] - faint.data[i]
      if (Math.max(Math.abs(dx), Math.abs(dy)) < lesion.width / 2) inside += difference
      else if (Math.hypot(dx, dy) > reach) outside += Math.abs(difference)
    }
    expect(outside).toBe(0)
    expect(inside / (lesion.width * lesion.height)).toBeGreaterThan(300)
  },
)

test('a lifelike spiculated mass adds less than a third of what a plain one adds', () => {
  const added = (look: 'plain' | 'lifelike'): number => {
    let sum = 0
    for (let patient = 0; patient < 6; patient++) {
      const drawn = { ...spec, look, patient, cancer: 'spiculated-mass' } as const
      const [faint, clear] = [0, 1].map((conspicuity) => renderPhantom({ ...drawn, conspicuity }))
      const [{ x, y, width, height }] = clear.lesions
      for (let row = y; row < y + height; row++) {
        for (let at = row * clear.width + x; at < row * clear.width + x + width; at++) {
          sum += (clear.data[at] - faint.data[at]) / (width * height)
        }
      }
    }
    return sum
  }
  expect(added('lifelike')).toBeGreaterThan(0)
  expect(added('lifelike')).toBeLessThan(added('plain') / 3)
})

test('denser classes are brighter, and a right breast lies at the right edge', () => {
  const brightness = (['A', 'B', 'C', 'D'] as const).map((density) => {
    const { data, breastArea } = renderPhantom({ ...spec, density })
    return data.reduce((sum, value) => sum + value, 0) / breastArea
  })
  expect(brightness).toEqual([...brightness].sort((a, b) => a - b))
  const right = renderPhantom({ ...spec, laterality: 'R' })
  expect(right.breast.x + right.breast.width).toBe(right.width)
})

test('the breast area counts the pixels brighter than air within 2 %, markers apart', () => {
  const image = renderPhantom({ ...spec, patient: 9 })
  const { x, y, width, height } = image.breast
  let bright = 0
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) bright += Number(image.data[row * image.width + column] > 4500)
  }
  expect(Math.abs(bright / image.breastArea - 1)).toBeLessThan(0.02)
})

test.each<[Partial<Record<keyof PhantomSpec, unknown>>, string]>([
  [{ laterality: 'X' }, "Expected one of 'L', 'R' for laterality but received \"X\". Pass one of these."],
  [{ view: undefined }, "Expected one of 'CC', 'MLO' for view but received undefined. Pass one of these."],
  [
    { cancer: 'lump' },
    "Expected one of 'spiculated-mass', 'microcalcifications', 'distortion' for cancer but received \"lump\". Pass one of these.",
  ],
  [
    { cancer: 'asymmetry' },
    "Expected one of 'spiculated-mass', 'microcalcifications', 'distortion' for cancer but received \"asymmetry\". Pass one of these.",
  ],
  [{ look: 'real' }, "Expected one of 'plain', 'lifelike' for look but received \"real\". Pass one of these."],
  [{ height: 50 }, 'Expected an integer from 96 to 8192 for height but received 50. Pass a value in that range.'],
  [{ patient: -1 }, 'Expected an integer from 0 to 65520 for patient but received -1. Pass a value in that range.'],
])('rejects %j', (wrong, message) => {
  expect(() => renderPhantom({ ...spec, ...wrong } as PhantomSpec)).toThrow(message)
  expect(() => renderPhantom({ ...spec, ...wrong } as PhantomSpec)).toThrow(PhantomError)
})
