import { createHash } from 'node:crypto'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Batch, type BatchLoaderConfig, type BatchRow, createBatches, createBatchLoader } from '../../src/index.ts'
import { pixelValue, size, writeImages, writePng } from './write-images.ts'

let imagesDir = ''
let rows: BatchRow[] = []
beforeAll(async () => {
  const written = await writeImages(22)
  imagesDir = written.imagesDir
  rows = written.rows
})
afterAll(() => rm(imagesDir, { recursive: true, force: true }))

const configOf = (config: Partial<BatchLoaderConfig> = {}): BatchLoaderConfig => ({
  rows,
  batchSize: 4,
  workers: 2,
  ...config,
})

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const collected: Batch[] = []
  for await (const batch of batches) collected.push(batch)
  return collected
}

async function collectEpoch(config: BatchLoaderConfig, epoch: number, startBatch = 0): Promise<Batch[]> {
  return collect(createBatches({ ...config, epoch, startBatch }))
}

describe('createBatchLoader', () => {
  it('makes parts of batches that side by side are the batches, augmented, smaller at the end, and padded', async () => {
    for (const change of [{ augmentation: 'level1' as const }, { padLast: true, sampling: 'sequential' as const }]) {
      const config = configOf({ rows: rows.slice(0, 9), workers: 1, ...change })
      const whole = await collectEpoch(config, 1)
      const [one, other] = [
        await collectEpoch({ ...config, share: { index: 0, count: 2 } }, 1),
        await collectEpoch({ ...config, share: { index: 1, count: 2 } }, 1),
      ]
      expect(whole.map(({ start, total }) => [start, total])).toEqual([
        [0, 4],
        [4, 4],
        [8, 1],
      ])
      expect(one.map(({ start, total, valid }) => [start, total, valid])).toEqual([
        [0, 4, 2],
        [4, 4, 2],
        [8, 1, 1],
      ])
      expect(other.map(({ start, total, valid }) => [start, total, valid])).toEqual([
        [2, 4, 2],
        [6, 4, 2],
        [10, 1, 0],
      ])
      whole.forEach((batch, index) => {
        const parts = [one[index]!, other[index]!]
        expect(parts.flatMap(({ imageIds }) => imageIds)).toEqual(batch.imageIds)
        expect(parts.flatMap(({ targets }) => [...targets])).toEqual([...batch.targets])
        expect(parts.map(({ images }) => Buffer.from(images.buffer).toString('hex')).join('')).toBe(
          Buffer.from(batch.images.buffer).toString('hex'),
        )
      })
    }
    expect(() => createBatchLoader(configOf({ share: { index: 0, count: 3 } }))).toThrow(
      'Expected a multiple of share.count, 3, for batchSize but received 4.',
    )
    expect(() => createBatchLoader(configOf({ share: { index: 2, count: 2 } }))).toThrow('for share.index')
  })

  it('draws an image for each place of a row, anew in every epoch, and refuses rows with other places', async () => {
    const placed = Array.from({ length: 7 }, (_, i) => ({
      ...rows[3 * i]!,
      places: [[rows[3 * i]!, rows[3 * i + 1]!], [rows[3 * i + 2]!]],
    }))
    const config = configOf({ rows: placed, sampling: 'sequential', batchSize: 3 })
    const drawnIn = async (epoch: number) => {
      const batches = await collectEpoch(config, epoch)
      expect(batches.map(({ shape, valid, targets }) => [shape[0], valid, targets.length])).toEqual([
        [6, 3, 3],
        [6, 3, 3],
        [2, 1, 1],
      ])
      const pixels = size.height * size.width
      const shown = batches.flatMap(({ images, imageIds }) =>
        imageIds.map((id, slot) => ({ id, first: images[slot * pixels] })),
      )
      return shown
    }
    const [first, second] = [await drawnIn(0), await drawnIn(1)]
    const idsAt = (i: number) => [3 * i, 3 * i + 1].map((index) => rows[index]!.imageId)
    for (const drawn of [first, second]) {
      drawn.forEach(({ id }, slot) => {
        const i = slot >> 1
        expect(slot % 2 === 0 ? idsAt(i) : [rows[3 * i + 2]!.imageId]).toContain(id)
      })
    }
    expect(first).not.toEqual(second)
    expect(await drawnIn(0)).toEqual(first)
    const single = await collectEpoch(configOf({ sampling: 'sequential', batchSize: 1 }), 0)
    const pixelOf = new Map(single.map(({ imageIds, images }) => [imageIds[0], images[0]]))
    expect(first.map(({ first }) => first)).toEqual(first.map(({ id }) => pixelOf.get(id)))
    const odd = [...placed, { ...rows[0]!, places: [[rows[0]!]] }]
    expect(() => createBatchLoader(configOf({ rows: odd }))).toThrow('Expected 2 places with images')
  })

  it('passes labels on beside their images, and refuses rows with other numbers of them', async () => {
    const labeled = rows.map((row, index) => ({ ...row, labels: [index, -1] }))
    const [first, ...others] = await collectEpoch(configOf({ rows: labeled, padLast: true }), 0)
    const indexes = first!.imageIds.map((id) => rows.findIndex(({ imageId }) => imageId === id))
    expect([...first!.labels]).toEqual(indexes.flatMap((index) => [index, -1]))
    expect(others.at(-1)!.labels.length).toBe(8)
    expect((await collectEpoch(configOf(), 0))[0]!.labels.length).toBe(0)
    const uneven = [...labeled, { ...rows[0]!, labels: [1] }]
    expect(() => createBatchLoader(configOf({ rows: uneven }))).toThrow('Expected 2 numbers, as in the first row, for')
  })

  it('gives (value / 65535 - mean) / std of every 16-bit value, |delta| <= 1e-6, in the order of the rows', async () => {
    const batches = await collectEpoch(configOf({ sampling: 'sequential', mean: 0.4, std: 0.2 }), 0)
    expect(batches.map(({ index, shape, valid }) => [index, shape, valid])).toEqual([
      ...[0, 1, 2, 3, 4].map((index) => [index, [4, 12, 8, 1], 4]),
      [5, [2, 12, 8, 1], 2],
    ])
    expect(batches.flatMap(({ imageIds }) => imageIds)).toEqual(rows.map(({ imageId }) => imageId))
    expect(batches.flatMap(({ patientIds }) => patientIds)).toEqual(rows.map(({ patientId }) => patientId))
    expect(batches.flatMap(({ targets }) => [...targets])).toEqual(rows.map(({ target }) => target))
    const pixels = size.height * size.width
    batches.forEach(({ images, index }) => {
      images.forEach((value, position) => {
        const image = index * 4 + Math.floor(position / pixels)
        const expected = (pixelValue(image, position % pixels) / 65_535 - 0.4) / 0.2
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-6)
      })
    })
  })

  it('makes the same bytes with 1, 2 and 3 workers, any prefetch, and the cache on or off', async () => {
    const base = configOf({ augmentation: 'level2', sampling: { positiveFraction: 0.5 } })
    const expected = await collectEpoch({ ...base, workers: 1 }, 2)
    for (const variant of [{ workers: 2 }, { workers: 3, prefetch: 0 }, { prefetch: 9 }, { cache: true }]) {
      expect(await collectEpoch({ ...base, ...variant }, 2)).toEqual(expected)
    }
  })

  it('continues an epoch from any batch with the same bytes, and differs between epochs and seeds', async () => {
    const config = configOf({ augmentation: 'level1' })
    const whole = await collectEpoch(config, 1)
    expect(await collectEpoch(config, 1, 3)).toEqual(whole.slice(3))
    expect(await collectEpoch(config, 1, 6)).toEqual([])
    expect((await collectEpoch(config, 2))[0]).not.toEqual(whole[0])
    expect((await collectEpoch({ ...config, seed: 14 }, 1))[0]).not.toEqual(whole[0])
  })

  it('augments the same image in another way in every epoch and every time it is drawn', async () => {
    // Not level2, whose 32 holes leave nothing of so small a picture.
    const augmentation = { affine: { probability: 1, rotation: [-6, 6] } } as const
    const one = configOf({ rows: [rows[0]!], batchSize: 4, augmentation, sampling: { positiveFactor: 8 } })
    const images = (await collectEpoch(one, 0)).concat(await collectEpoch(one, 1)).flatMap(({ images }) => {
      const pixels = size.height * size.width
      return Array.from({ length: images.length / pixels }, (_, image) =>
        images.slice(image * pixels, (image + 1) * pixels).join(),
      )
    })
    expect(images).toHaveLength(16)
    expect(new Set(images).size).toBeGreaterThan(12)
  })

  it('keeps, pads with zeros or drops the last batch', async () => {
    const config = configOf({ sampling: 'sequential' })
    const padded = (await collectEpoch({ ...config, padLast: true }, 0)).at(-1)!
    expect(padded).toMatchObject({ shape: [4, 12, 8, 1], valid: 2, imageIds: ['image20', 'image21'] })
    expect(padded.images).toHaveLength(4 * 96)
    expect(padded.images.subarray(2 * 96).every((value) => value === 0)).toBe(true)
    expect([...padded.targets]).toEqual([1, 0, 0, 0])
    const dropped = createBatchLoader({ ...config, dropLast: true })
    expect([dropped.batchesPerEpoch, dropped.imagesPerEpoch]).toEqual([5, 20])
    expect(await collect(dropped.epoch(0))).toHaveLength(5)
    await dropped.close()
  })

  it('reads each file once with a cache, and again what does not fit', async () => {
    const copies = await writeImages(6)
    const imageBytes = 2 * size.height * size.width
    const config = { ...configOf(), rows: copies.rows, batchSize: 2, sampling: 'sequential' as const }
    const loader = createBatchLoader({ ...config, cache: { maxBytes: 4 * imageBytes }, prefetch: 0, workers: 1 })
    const first = await collect(loader.epoch(0))
    for (const row of copies.rows.slice(0, 4)) await rm(row.file)
    expect(await collect(loader.epoch(0))).toEqual(first)
    await rm(join(copies.imagesDir, copies.rows[5]!.patientId), { recursive: true })
    await expect(collect(loader.epoch(0))).rejects.toThrow(/Expected a processed image at .*image4.png/)
    await loader.close()
    await rm(copies.imagesDir, { recursive: true })
  })

  it('gives batches in new memory, which the caller may change', async () => {
    const loader = createBatchLoader(configOf({ sampling: 'sequential', cache: true }))
    const [first] = await collect(loader.epoch(0))
    const before = first!.images.slice()
    first!.images.fill(0)
    const [again] = await collect(loader.epoch(0))
    expect(again!.images).toEqual(before)
    await loader.close()
  })

  it('may be left in the middle of an epoch and goes on with the next', async () => {
    const loader = createBatchLoader(configOf())
    for await (const batch of loader.epoch(0)) if (batch.index === 1) break
    expect(await collect(loader.epoch(1))).toHaveLength(6)
    await loader.close()
  })

  it('throws aborted once it is closed or its signal is aborted, in the middle of an epoch too', async () => {
    const controller = new AbortController()
    const loader = createBatchLoader(configOf({ signal: controller.signal }))
    const run = async () => {
      for await (const batch of loader.epoch(0)) if (batch.index === 1) controller.abort()
    }
    await expect(run()).rejects.toMatchObject({ name: 'DatasetError', code: 'aborted' })
    await expect(collect(loader.epoch(0))).rejects.toMatchObject({ code: 'aborted' })
    await loader.close()
    const closed = createBatchLoader(configOf())
    await closed.close()
    await expect(collect(closed.epoch(0))).rejects.toMatchObject({ code: 'aborted' })
    const early = createBatchLoader(configOf({ signal: AbortSignal.abort() }))
    await expect(collect(early.epoch(0))).rejects.toMatchObject({ code: 'aborted' })
  })

  it('may be closed while batches are being made', async () => {
    const loader = createBatchLoader(configOf({ prefetch: 6 }))
    const epoch = loader.epoch(0)
    const pending = epoch.next()
    await Promise.resolve()
    await loader.close()
    await expect(pending.then(() => epoch.next())).rejects.toMatchObject({ code: 'aborted' })
  })

  it('may be closed at any moment after its threads were started: the process lives on', async () => {
    for (let delay = 0; delay < 5; delay++) {
      const loader = createBatchLoader(configOf({ ...size, workers: 3, prefetch: 6 }))
      const epoch = loader.epoch(0)
      const first = epoch.next().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, delay * 30))
      await loader.close()
      await first
      await epoch.return()
    }
  })

  it('keeps the processed size: another one is an error that names both and the file', async () => {
    const loader = createBatchLoader(configOf({ height: 1024, width: 512 }))
    await expect(collect(loader.epoch(0))).rejects.toThrow(
      /^Expected 1024 x 512 pixels \(height x width\) for .*\.png but received 12 x 8\. Set the image size/,
    )
    await loader.close()
  })

  it('names a file that is not the one that was made, when it is first read: whole, cut or another image', async () => {
    const made = await writeImages(4)
    const checked: BatchRow[] = []
    for (const row of made.rows) checked.push({ ...row, sha256: sha256Of(await readFile(row.file)) })
    const config = configOf({ rows: checked, batchSize: 2, sampling: 'sequential', workers: 1 })
    const all = createBatchLoader(config)
    expect(await collect(all.epoch(0))).toHaveLength(2)
    await all.close()

    const [first, second] = checked as [BatchRow, BatchRow]
    const png = await readFile(first.file)
    for (const bytes of [await readFile(second.file), png.subarray(0, 40), Buffer.alloc(0)]) {
      await writeFile(first.file, bytes)
      for (const size of [{}, { height: 12, width: 8 }]) {
        const loader = createBatchLoader({ ...config, ...size })
        const expected = { code: 'image-altered', details: { path: first.file, expected: sha256Of(png) } }
        await expect(collect(loader.epoch(0))).rejects.toMatchObject(expected)
        await loader.close()
      }
    }
    await rm(made.imagesDir, { recursive: true })
  })

  it('names a missing, a cut-off, an 8-bit and a foreign file, and what to do', async () => {
    const broken = await writeImages(4)
    const pathOf = (image: number) => broken.rows[image]!.file
    const png = await readFile(pathOf(0))
    await writeFile(pathOf(0), png.subarray(0, png.length - 60))
    await writeFile(pathOf(1), await sharp(png).toColourspace('b-w').png().toBuffer())
    await writeFile(pathOf(2), 'not an image')
    await rm(pathOf(3))
    const messageOf = (image: number) =>
      collectEpoch({ ...configOf(size), rows: [broken.rows[image]!] }, 0).catch((error: Error) => error.message)
    const unreadable =
      /^Expected a 16-bit gray PNG at .*image\d.png but received a file that cannot be read: .* Delete it and run/
    expect(await messageOf(0)).toMatch(unreadable)
    expect(await messageOf(1)).toMatch(unreadable)
    expect(await messageOf(1)).toMatch(/one channel of ushort|channels of uchar/)
    expect(await messageOf(2)).toMatch(unreadable)
    expect(await messageOf(3)).toMatch(
      /^Expected a processed image at .*image3.png but received no file. Run extract-rois/,
    )
    await rm(broken.imagesDir, { recursive: true })
  })

  it('reads the file of the row, wherever it lies', async () => {
    const file = join(imagesDir, 'elsewhere.png')
    await copyFile(rows[0]!.file, file)
    const [batch] = await collectEpoch(configOf({ rows: [{ ...rows[3]!, file }] }), 0)
    expect(batch!.images[1]).toBeCloseTo((pixelValue(0, 1) / 65_535 - 0.449) / 0.226, 5)
  })

  it.each<[Partial<BatchLoaderConfig>, RegExp]>([
    [{ batchSize: 0 }, /a whole number from 1 to 65536 for batchSize but received 0/],
    [{ workers: 0 }, /for workers but received 0/],
    [{ prefetch: -1 }, /for prefetch but received -1/],
    [{ std: 0 }, /a number above 0 for std but received 0/],
    [{ mean: Number.NaN }, /a number for mean but received NaN/],
    [{ rows: [] }, /at least one row for rows but received none/],
    [{ rows: [{ imageId: 'x', patientId: 'y', target: 2, file: 'x.png' }] }, /for target of image x but received 2/],
    [{ batchSize: 23, dropLast: true }, /at least 23 images for dropLast but received 22/],
    [{ dropLast: true, padLast: true }, /for padLast but received true/],
    [{ augmentation: 'level4' as never }, /none, level1, level2, level3 for augmentation but received level4/],
    [{ augmentation: { horizontalFlip: { probability: 2 } } }, /horizontalFlip.probability but received 2/],
    [{ cache: { maxBytes: -1 } }, /for cache.maxBytes but received -1/],
    [{ height: 0 }, /for height but received 0/],
  ])('names the option and the value of %j', (config, message) => {
    expect(() => createBatchLoader(configOf(config))).toThrow(message)
  })

  it('names a start batch past the end', async () => {
    const loader = createBatchLoader(configOf())
    expect(() => loader.epoch(0, { startBatch: 7 })).toThrow(/from 0 to 6 for startBatch but received 7/)
    await loader.close()
  })
})

describe('writePng of the tests', () => {
  it('writes what sharp reads back as 16 bit', async () => {
    const path = join(imagesDir, 'check.png')
    await writePng(
      path,
      Uint16Array.from({ length: 96 }, (_, index) => index * 600),
    )
    const { data } = await sharp(path)
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    expect(data.readUInt16LE(2)).toBe(600)
  })
})
