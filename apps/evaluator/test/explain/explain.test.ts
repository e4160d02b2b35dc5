import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEpochWeights, readMaps } from '@mammokit/training-run'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explain, predict, select } from '../../src/index.ts'
import { makeTinyRun, type TinyRun, tinyImage } from '../tiny-run.ts'

const fast = { threads: 1, workers: 1 }

let tiny: TinyRun
beforeAll(async () => {
  tiny = await makeTinyRun()
  await predict({ data: tiny.data, run: tiny.run, ...fast })
  await select({ data: tiny.data, run: tiny.run, resamples: 20 })
})
afterAll(() => tiny.remove())

describe('explain', () => {
  it('draws the images of the highest probability in the geometry of the file, over it and alone', async () => {
    const { data, run } = tiny
    const result = await explain({ data, run, images: 3, ...fast })
    const probabilities = result.overlays.map(({ probability }) => probability)
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a))
    expect(result).toMatchObject({ subset: 'test', images: 16, method: 'cam', stage: 4, sanity: null })
    for (const { overlay, mask, geometry } of result.overlays) {
      expect(geometry).toBe('original')
      const [above, alone] = [await sharp(overlay).metadata(), await sharp(mask).metadata()]
      expect(above).toMatchObject({ format: 'png', channels: 3 })
      expect(alone).toMatchObject({ format: 'png', channels: 1, width: above.width, height: above.height })
      expect(above.height).toBeGreaterThan(tinyImage.height)
    }
    const folder = join(run, 'explain', 'test')
    expect(JSON.parse(readFileSync(join(folder, 'explain.json'), 'utf8'))).toEqual(result)
    const stored = await readMaps(run, 'test')
    expect(stored?.maps.size).toBe(16)
    expect(stored?.source).toMatchObject({
      checkpointHash: result.checkpointHash,
      method: 'cam',
      offset: 0.5,
      stride: 32,
    })
  })

  it('holds the maps against the lesions of phantoms, of cancers alone', async () => {
    const { data, run } = tiny
    const { localization } = await explain({ data, run, images: 0, ...fast })
    // 2 patients of the test set have cancer, each in both views of one breast.
    expect(localization?.images).toBe(4)
    expect(localization?.chance).toBeGreaterThan(0)
    expect(localization?.chance).toBeLessThan(0.2)
  })

  it('draws one image that is asked for, and keeps the maps of the others', async () => {
    const { data, run } = tiny.copy()
    const { overlays } = await explain({ data, run, images: 1, ...fast })
    const [{ imageId }] = overlays as [{ imageId: string }]
    const folder = join(run, 'explain', 'test')
    rmSync(join(folder, `${imageId}.png`))
    const one = await explain({ data, run, image: imageId, method: 'grad-cam++', stage: 2, height: 64, ...fast })
    expect(one).toMatchObject({ images: 1, method: 'grad-cam++', stage: 2 })
    expect(readdirSync(folder).sort()).toEqual([
      `${imageId}-map.png`,
      `${imageId}.png`,
      'explain.json',
      'maps.safetensors',
    ])
    expect((await readMaps(run, 'test'))?.maps.size).toBe(16)
    await expect(explain({ data, run, image: 'nobody', ...fast })).rejects.toThrow(
      'Expected images of the subset test for --image but received nobody.',
    )
  })

  it('draws over the processed image where the file is not there', async () => {
    const { data, run } = tiny.copy()
    rmSync(join(data, 'raw', 'train_images'), { recursive: true })
    const { overlays } = await explain({ data, run, images: 1, ...fast })
    expect(overlays[0]?.geometry).toBe('processed')
    expect(await sharp(overlays[0]!.overlay).metadata()).toMatchObject({ height: 64, width: 32 })
  })

  it('compares with random weights from the last layer down, and with another run', async () => {
    const { data, run } = tiny.copy()
    const path = join(run, 'config.json')
    const config = JSON.parse(readFileSync(path, 'utf8'))
    // As the trainer writes it.
    writeFileSync(path, JSON.stringify({ ...config, model: { ...config.model, fusion: null } }))
    const same = await explain({ data, run, images: 0, sanity: true, against: run, sanityImages: 4, ...fast })
    const { cascade, against } = same.sanity!
    expect(cascade?.map(({ down }) => down)).toEqual(['fc', 'layer4', 'layer3', 'layer2', 'layer1', 'stem'])
    expect(against).toMatchObject({ run: 'tiny', checkpointHash: same.checkpointHash, signed: 1, absolute: 1 })
  })

  it('compares with the last epoch of a run of shuffled labels, from which select takes none', async () => {
    const { data, run } = tiny.copy()
    const path = join(run, 'config.json')
    const config = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...config, training: { ...config.training, shuffleLabels: true } }))
    rmSync(join(run, 'selection.json'))
    await expect(select({ data, run })).rejects.toMatchObject({
      code: 'shuffled-labels',
      message: expect.stringContaining('received one with training.shuffleLabels'),
    })
    const others = await explain({ ...fast, data, run: tiny.run, images: 0, against: run, sanityImages: 4 })
    const last = await readEpochWeights(run, 2)
    expect(others.sanity?.against).toMatchObject({ run: 'tiny', checkpointHash: last.checkpointHash })
  })

  it('says which stages there are', async () => {
    const { data, run } = tiny
    await expect(explain({ data, run, stage: 5, ...fast })).rejects.toThrow('from 1 to 4 for stage but received 5')
    expect(existsSync(join(run, 'explain', 'val'))).toBe(false)
  })
})
