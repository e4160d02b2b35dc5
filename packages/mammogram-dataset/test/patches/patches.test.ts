import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planSampling } from '../../src/batches/sampling.ts'
import { type BatchLoaderConfig, type BatchRow, createBatches, type LesionRow, patchRows } from '../../src/index.ts'
import { cutPatch } from '../../src/patches/cut-patch.ts'
import { writeImages } from '../batches/write-images.ts'

const box = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom })

describe('cutPatch', () => {
  const [width, height] = [40, 60]
  // Each pixel says where it is; the right half is background.
  const data = Uint16Array.from({ length: width * height }, (_, i) => (i % width < 20 ? 20_000 + i : 0))
  const image = { data, width, height }
  const at = (x: number, y: number) => Math.fround(data[y * width + x]! / 65_535)

  it('lies on the middle of the box, moved by up to the jitter, another way for another seed', () => {
    const exact = cutPatch(image, 4, { box: box(8, 20, 12, 26) }, { augmentation: {}, seed: 1 })
    expect([exact[0], exact[15]]).toEqual([at(8, 21), at(11, 24)])
    const corners = new Set<number>()
    for (let seed = 0; seed < 60; seed++) {
      const [first] = cutPatch(image, 4, { box: box(8, 20, 12, 26), jitter: 2 }, { augmentation: {}, seed })
      corners.add(Math.round(first! * 65_535) - 20_000)
    }
    const places = [...corners].map((corner) => [corner % width, Math.floor(corner / width)])
    expect(places.every(([x, y]) => Math.abs(x! - 8) <= 2 && Math.abs(y! - 21) <= 2)).toBe(true)
    expect(places.length).toBeGreaterThan(12)
  })

  it('is black outside of the image', () => {
    const patch = cutPatch(image, 8, { box: box(0, 0, 2, 2) }, { augmentation: {}, seed: 1 })
    expect([...patch.subarray(0, 8)]).toEqual(new Array(8).fill(0))
    expect(patch[3 * 8 + 3]).toBe(at(0, 0))
  })

  it('lies elsewhere on tissue, off what it avoids', () => {
    const avoid = [box(0, 0, 20, 30)]
    for (let seed = 0; seed < 40; seed++) {
      const patch = cutPatch(image, 8, { avoid }, { augmentation: {}, seed })
      expect(patch[4 * 8 + 4]).toBeGreaterThan(0)
      const rows = [...patch].filter((value) => value > 0).map((value) => Math.round(value * 65_535 - 20_000) / width)
      expect(Math.min(...rows)).toBeGreaterThanOrEqual(30)
    }
  })

  it('is turned and scaled with what lies around it: no corner becomes black', () => {
    const white = { data: new Uint16Array(width * height).fill(65_535), width, height }
    const affine = { probability: 1, rotation: [45, 45], scale: [0.8, 0.8] } as const
    const patch = cutPatch(white, 16, { box: box(18, 28, 22, 32) }, { augmentation: { affine }, seed: 1 })
    expect(Math.min(...patch)).toBeGreaterThan(0.999)
  })
})

describe('patchRows', () => {
  const row = (imageId: string, target: number, lesions: LesionRow['lesions'] = []): LesionRow => ({
    imageId,
    patientId: 'p',
    file: `${imageId}.png`,
    target,
    lesions,
  })
  const options = { height: 64, width: 32, size: 16, jitter: 2 }
  const cancer = { ...box(4, 4, 12, 12), kind: 'malignant' as const }

  it('has a positive for each malignant lesion, and negatives off it, also of an image with cancer', () => {
    const { malignant, benign, elsewhere } = patchRows([row('a', 1, [cancer]), row('b', 0)], options)
    expect(malignant).toEqual([{ ...row('a', 1), lesions: undefined, patch: { box: cancer, jitter: 2 } }])
    expect(benign).toEqual([])
    expect(elsewhere.map(({ imageId, target, patch }) => [imageId, target, patch])).toEqual([
      ['a', 0, { avoid: [cancer] }],
      ['b', 0, { avoid: [] }],
    ])
  })

  it('has nothing of an image whose cancer has no box, nor of one without room beside it', () => {
    const large = { ...box(0, 0, 32, 64), kind: 'malignant' as const }
    const benign = { ...box(4, 50, 10, 56), kind: 'benign' as const }
    const found = patchRows([row('a', 1), row('b', 1, [large]), row('c', 1, [benign])], options)
    expect([found.malignant.length, found.benign.length, found.elsewhere.length]).toEqual([1, 0, 0])
  })

  it('has a negative for each benign finding, but for one beside a lesion; ignored ones are avoided alone', () => {
    const near = { ...box(14, 4, 20, 10), kind: 'benign' as const }
    const far = { ...box(4, 50, 10, 56), kind: 'benign' as const }
    const ignored = { ...box(22, 40, 26, 44), kind: 'ignored' as const }
    const found = patchRows([row('a', 1, [cancer, near, far, ignored])], options)
    expect(found.benign.map(({ target, patch }) => [target, patch?.box])).toEqual([[0, far]])
    expect(found.malignant).toHaveLength(1)
    expect(found.elsewhere[0]?.patch?.avoid).toEqual([cancer, ignored])
  })

  it('refuses an odd size', () => {
    expect(() => patchRows([], { ...options, size: 15 })).toThrow('an even number of pixels for size')
  })
})

describe('sampling by groups', () => {
  const groups = [
    { rows: [0, 1, 2], perBatch: 2 },
    { rows: [3, 4, 5, 6, 7, 8, 9], perBatch: 1 },
  ]

  it('has so many of each group in every batch, all of a group in turn over the epochs', () => {
    const plan = planSampling(new Array(10).fill(0), { groups, draws: 9 }, 3, 1)
    const epochs = [0, 1].map((epoch) => [...plan.order(epoch)])
    for (const order of epochs) {
      for (const batch of [order.slice(0, 3), order.slice(3, 6), order.slice(6)])
        expect(batch.filter((one) => one < 3)).toHaveLength(2)
    }
    const drawn = epochs.flat()
    expect([0, 1, 2].map((one) => drawn.filter((other) => other === one).length)).toEqual([4, 4, 4])
    expect(new Set(drawn.filter((one) => one >= 3)).size).toBe(6)
    expect([...planSampling(new Array(10).fill(0), { groups, draws: 9 }, 3, 1).order(1)]).toEqual(epochs[1])
  })

  it('refuses numbers that are no batch, empty groups, and rows that there are not', () => {
    expect(() => planSampling([], { groups, draws: 9 }, 4, 1)).toThrow('numbers of rows that sum to 4, batchSize,')
    const empty = [...groups, { rows: [], perBatch: 1 }]
    expect(() => planSampling([], { groups: empty, draws: 9 }, 4, 1)).toThrow('rows in every group')
    const few = () => planSampling(new Array(9).fill(0), { groups, draws: 9 }, 3, 1)
    expect(few).toThrow('Expected numbers of 9 rows, from 0, for sampling.groups but received 9.')
  })
})

describe('batches of patches', () => {
  let [imagesDir, rows]: [string, BatchRow[]] = ['', []]
  beforeAll(async () => {
    const written = await writeImages(6)
    imagesDir = written.imagesDir
    rows = written.rows.map((row, i) => ({ ...row, patch: { box: box(i, i, i + 2, i + 2), jitter: 1 } }))
  })
  afterAll(() => rm(imagesDir, { recursive: true, force: true }))

  const config = (): BatchLoaderConfig => ({ rows, batchSize: 2, workers: 1, patchSize: 4, augmentation: 'level1' })
  const epoch = async (change: object) => {
    const batches = []
    for await (const batch of createBatches({ ...config(), epoch: 1, ...change })) batches.push(batch)
    return batches
  }

  it('are of their size, and the same with other workers, in parts, and from the middle on', async () => {
    const whole = await epoch({})
    expect(whole.map(({ shape, images }) => [shape, images.length])).toEqual(new Array(3).fill([[2, 4, 4, 1], 32]))
    const parts = await epoch({ share: { index: 1, count: 2 }, startBatch: 1, cache: true, workers: 2 })
    expect(parts.map(({ images }) => [...images])).toEqual(whole.slice(1).map(({ images }) => [...images.subarray(16)]))
  })

  it('need a size, and a size needs patches', async () => {
    await expect(epoch({ patchSize: undefined })).rejects.toThrow('Expected none without patchSize for patch of image')
    await expect(epoch({ rows: rows.map(({ patch, ...row }) => row) })).rejects.toThrow('beside patchSize')
    await expect(epoch({ patchSize: 5 })).rejects.toThrow('an even number of pixels for patchSize')
  })
})
