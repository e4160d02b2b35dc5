import { expect, it } from 'vitest'
import { evaluateDetector } from '../src/index.ts'

const image = { data: new Uint16Array(10_000), width: 100, height: 100 }
const box = { x: 10, y: 10, width: 40, height: 40 }
const sample = (name: string) => ({ name, image, box })
const detection = (score: number, wide = 40) => ({ ...box, width: wide, score, classIndex: 0 })

it('IoU of the best boxes, the share above 0.8, the worst image, and average precision by hand', async () => {
  // A perfect box; one of half the width below a better-scored miss; none.
  const found = [[detection(0.9)], [{ ...detection(0.8), x: 60 }, detection(0.7, 20)], []]
  const { report, worst } = await evaluateDetector(
    [sample('a'), sample('b'), sample('c')],
    async () => found.shift() ?? [],
  )
  expect(report).toMatchObject({ images: 3, worstIou: 0, above80: 1 / 3 })
  expect(report.meanIou).toBeCloseTo(1 / 3, 12)
  expect(report.meanScore).toBeCloseTo((0.9 + 0.8) / 3, 12)
  // Precision 1 up to a recall of 1/3 (34 of 101 points); at 2/3 the miss before the hit makes it 2/3 (33 points).
  expect(report.ap50).toBeCloseTo((34 + 33 * (2 / 3)) / 101, 12)
  expect(['b', 'c']).toContain(worst.sample.name)
})

it('a set without an image is refused', async () => {
  const evaluating = evaluateDetector([], async () => [])
  await expect(evaluating).rejects.toMatchObject({ name: 'Yolov5Error', code: 'invalid-label' })
})

it('images without a box count as false boxes, and the report names the highest score among them', async () => {
  const found = [[detection(0.7)], [detection(0.9)], [detection(0.2)], []]
  const empty = (name: string) => ({ name, image })
  const set = [sample('a'), empty('b'), empty('c'), empty('d')]
  const { report, worst } = await evaluateDetector(set, async () => found.shift() ?? [])
  expect(report).toMatchObject({ images: 1, emptyImages: 3, highestEmptyScore: 0.9, meanIou: 1, above80: 1 })
  // The one hit comes after a false box: precision 1/2 at every recall.
  expect(report.ap50).toBeCloseTo(0.5, 12)
  expect(worst.sample.name).toBe('a')
})

it('a set that holds nothing but empty images has a report', async () => {
  const found = [[], [detection(0.2)]]
  const set = ['a', 'b'].map((name) => ({ name, image }))
  const { report, worst } = await evaluateDetector(set, async () => found.shift() ?? [])
  expect(report).toMatchObject({ images: 0, emptyImages: 2, highestEmptyScore: 0.2, meanIou: 0, ap50: 0 })
  expect(worst.sample.name).toBe('b')
})
