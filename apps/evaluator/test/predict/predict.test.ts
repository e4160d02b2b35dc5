import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentContext } from '@mammokit/command-line'
import { decodeSafetensors } from '@mammokit/safetensors'
import { readProcessedRows } from '@mammokit/screening-data'
import { createSeResNeXt } from '@mammokit/seresnext'
import { readPredictions, withFolderLock } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { predict } from '../../src/index.ts'
import { makeTinyRun, type TinyRun, tinyImage, tinyModel } from '../tiny-run.ts'

let tiny: TinyRun
beforeAll(async () => {
  tiny = await makeTinyRun()
})
afterAll(() => tiny.remove())

describe('predict', () => {
  test('writes the probabilities that the network has in plain tfjs, |delta| <= 1e-5, padded last batch included', async () => {
    const { data, run } = tiny.copy()
    const summary = await predict({ data, run, batchSize: 6, threads: 1, workers: 1 })
    expect(summary).toMatchObject({ images: 16, kept: [] })
    expect(summary.written).toEqual(
      ['epoch-001', 'epoch-002'].map((name) => join(run, 'predictions', 'val', `${name}.csv`)),
    )
    const { images: rows } = await readPredictions(run, 'val', 2)
    const expected = await probabilitiesInTfjs(data, run, 2, rows)
    rows.forEach((row, index) => {
      expect(Math.abs(row.probability - expected[index])).toBeLessThanOrEqual(1e-5)
    })
    expect(new Set(rows.map((row) => row.probability)).size).toBeGreaterThan(8)
  })

  test.each([
    [{ dicomOut: 'out' }, 'dicom-out'],
    [{ admission: { intent: 'warn' } }, 'admission'],
    [{ raster: { polarity: 'MONOCHROME2' } }, 'raster'],
    [{ output: 'out' }, 'output'],
  ] as const)('refuses %j, which means nothing without --study', async (stray, flag) => {
    const { data, run } = tiny
    await expect(predict({ data, run, ...stray })).rejects.toThrow(`Expected --study with --${flag} but received none`)
  })

  test('keeps what is there and predicts only what is missing', async () => {
    const { data, run } = tiny.copy()
    const [first, second] = (await predict({ data, run, threads: 1, workers: 1 })).written
    const bytes = readFileSync(second)
    const { mtimeMs } = statSync(first)
    rmSync(second)
    expect(await predict({ data, run, threads: 1, workers: 1 })).toMatchObject({ written: [second], kept: [first] })
    expect(readFileSync(second)).toEqual(bytes)
    expect(statSync(first).mtimeMs).toBe(mtimeMs)
  })

  test('names a checkpoint that was altered, and goes on without it when it is removed', async () => {
    const { data, run } = tiny.copy()
    const folder = join(run, 'checkpoints', 'epoch-002')
    const path = join(folder, 'model.safetensors')
    const bytes = readFileSync(path)
    const sum = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(folder, 'SHA256SUMS'), `${sum}  model.safetensors\n`)
    writeFileSync(path, bytes.fill(0, bytes.length - 4))
    await expect(predict({ data, run, threads: 1, workers: 1 })).rejects.toThrow(
      `Expected ${path} as training wrote it but received a file that has SHA-256`,
    )
    rmSync(folder, { recursive: true })
    expect((await predict({ data, run, threads: 1, workers: 1 })).written).toHaveLength(1)
  })

  test('is refused in a subset that another process predicts, and clears what a killed one left', async () => {
    const { data, run } = tiny.copy()
    const folder = join(run, 'predictions', 'val')
    await withFolderLock(folder, { doing: 'predicts' }, async () => {
      await expect(predict({ data, run, epoch: 1 })).rejects.toMatchObject({ code: 'run-in-use' })
    })
    writeFileSync(join(folder, 'epoch-001.csv.partial'), 'image_id')
    await predict({ data, run, epoch: 1, threads: 1, workers: 1 })
    expect(readdirSync(folder)).toEqual(['epoch-001.csv', 'epoch-001.json'])
  })

  test('predicts anew with a checkpoint that was trained anew', async () => {
    const { data, run } = tiny.copy()
    await predict({ data, run, epoch: 1, threads: 1, workers: 1 })
    const weights = (epoch: number) => join(run, 'checkpoints', `epoch-00${epoch}`, 'model.safetensors')
    writeFileSync(weights(1), readFileSync(weights(2)))
    expect((await predict({ data, run, epoch: 1, threads: 1, workers: 1 })).written).toHaveLength(1)
  })

  test('refuses a data folder with other preprocessing and names both sides', async () => {
    const { data, run } = tiny.copy()
    const manifest = join(data, 'processed', 'manifest.csv')
    const text = readFileSync(manifest, 'utf8')
    const hash = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')).preprocessHash
    writeFileSync(manifest, text.replaceAll(hash, '0123456789abcdef'))
    await expect(predict({ data, run })).rejects.toThrow(
      `Expected preprocess hash ${hash} (the run's config.json) but received 0123456789abcdef (${manifest}, image`,
    )
  })

  test.each([
    ['edited', (text: string) => text.replace(/,0\.\d+\n/, ',0.5\n')],
    ['cut', (text: string) => text.slice(0, 300)],
    ['emptied', () => ''],
  ])('makes a file again that was %s, and says why', async (_, change) => {
    const { data, run } = tiny.copy()
    const [path] = (await predict({ data, run, epoch: 1, threads: 1, workers: 1 })).written
    const bytes = readFileSync(path, 'utf8')
    writeFileSync(path, change(bytes))
    const lines: string[] = []
    const progress = { ...silentContext.progress, line: (text: string) => lines.push(text) }
    await predict({ data, run, epoch: 1, threads: 1, workers: 1 }, { progress })
    expect(readFileSync(path, 'utf8')).toBe(bytes)
    expect(lines[0]).toMatch(/^Predicting epoch-001 again\. Expected /)
  })

  test('makes predictions of an earlier version and of another subset again', async () => {
    const { data, run } = tiny.copy()
    const fast = { data, run, epoch: 1, threads: 1, workers: 1 }
    const [val] = (await predict(fast)).written
    const [other] = (await predict({ ...fast, subset: 'test' })).written
    const bytes = readFileSync(val, 'utf8')
    for (const end of ['.csv', '.json']) cpSync(other.replace('.csv', end), val.replace('.csv', end))
    expect((await predict(fast)).written).toEqual([val])
    expect(readFileSync(val, 'utf8')).toBe(bytes)
    rmSync(val.replace('.csv', '.json'))
    expect((await predict(fast)).written).toEqual([val])
  })

  test('refuses a checkpoint of another preprocessing and names both sides', async () => {
    const { data, run } = tiny.copy()
    const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'))
    const manifest = join(data, 'processed', 'manifest.csv')
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll(config.preprocessHash, 'feed'))
    writeFileSync(join(run, 'config.json'), JSON.stringify({ ...config, preprocessHash: 'feed' }))
    await expect(predict({ data, run })).rejects.toThrow(
      `Expected preprocess hash feed (the run's config.json) but received ${config.preprocessHash}`,
    )
  })

  test('refuses an image that is missing or cut, and one that is not what extract-rois made', async () => {
    const { data, run } = tiny.copy()
    const { rows } = await readProcessedRows(data, { subsets: ['val'] })
    const { file } = rows.at(-1)!
    const png = readFileSync(file)
    writeFileSync(file, readFileSync(rows[0].file))
    await expect(predict({ data, run })).rejects.toMatchObject({ code: 'image-altered', details: { path: file } })
    for (const spoil of [() => writeFileSync(file, png.subarray(0, 200)), () => rmSync(file)]) {
      spoil()
      await expect(predict({ data, run })).rejects.toMatchObject({ code: 'image-missing', details: { files: [file] } })
    }
  })

  test('refuses a split that the run was not trained on', async () => {
    const { data, run } = tiny.copy()
    const splits = join(data, 'processed', 'splits.csv')
    writeFileSync(splits, readFileSync(splits, 'utf8').replaceAll(',test,', ',train,'))
    await expect(predict({ data, run })).rejects.toMatchObject({ code: 'splits-differ' })
  })

  test('refuses a patient in two subsets and an id that a spreadsheet rewrote, before it looks at the run', async () => {
    const { data, run } = tiny.copy()
    const splits = join(data, 'processed', 'splits.csv')
    const text = readFileSync(splits, 'utf8')
    writeFileSync(splits, text.replace(',test,', ',train,'))
    await expect(predict({ data, run })).rejects.toMatchObject({ code: 'group-overlap' })
    writeFileSync(splits, text.replace(/^(\d+,\d+,\d+),/m, '$1.0,'))
    await expect(predict({ data, run })).rejects.toMatchObject({ code: 'mangled-ids' })
  })

  test('says which images are left out and why; more than a tenth only when allowed to', async () => {
    const { data, run } = tiny.copy()
    const manifest = join(data, 'processed', 'manifest.csv')
    const text = readFileSync(manifest, 'utf8')
    const val = /^\d+,\d+,(\d+),.*,val,$/gm
    const ids = [...readFileSync(join(data, 'processed', 'splits.csv'), 'utf8').matchAll(val)].map(([, id]) => id)
    const failing = (count: number) =>
      writeFileSync(
        manifest,
        ids.slice(0, count).reduce((all, id) => all.replace(new RegExp(`^(${id},.*),ok,`, 'm'), '$1,failed,'), text),
      )
    const lines: string[] = []
    const context = { progress: { ...silentContext.progress, line: (line: string) => lines.push(line) } }
    const options = { data, run, epoch: 1, threads: 1, workers: 1 }
    failing(2)
    await expect(predict(options)).rejects.toThrow(/received 2 of 16 images \(12\.5 %\) left out: 2 failed/)
    expect(await predict({ ...options, maxLeftOut: 0.2 }, context)).toMatchObject({ images: 14 })
    expect(lines[0]).toBe(`2 of 16 images (12.5 %) left out: 2 failed in extract-rois (${ids.slice(0, 2).join(', ')}).`)
    failing(1)
    expect(await predict(options)).toMatchObject({ images: 15 })
  })

  test('says which command makes what is missing', async () => {
    const { data, run } = tiny.copy()
    await expect(predict({ data, run: join(run, 'nothing') })).rejects.toThrow('mammokit-trainer train')
    await expect(predict({ data, run, epoch: 9 })).rejects.toThrow('Choose one of the epochs in')
    rmSync(join(run, 'checkpoints'), { recursive: true })
    await expect(predict({ data, run })).rejects.toMatchObject({ code: 'no-checkpoints' })
    await expect(predict({ data: join(data, 'nothing'), run })).rejects.toThrow('splits.csv')
  })

  test('says how to get an engine that is not installed', async () => {
    const { data, run } = tiny.copy()
    await expect(predict({ data, run, engine: 'tensorflow' })).rejects.toThrow(
      /npm install @tensorflow\/tfjs-node@4\.22\.0|Expected Node 20 or 22 for the engine tensorflow/,
    )
  })

  test('stops when it is told to', async () => {
    const { data, run } = tiny.copy()
    const signal = AbortSignal.abort()
    await expect(predict({ data, run, threads: 1, workers: 1 }, { ...silentContext, signal })).rejects.toThrow()
  })
})

/** The same images and weights without the engine and the batch loader. */
async function probabilitiesInTfjs(
  data: string,
  run: string,
  epoch: number,
  rows: readonly { patientId: string; imageId: string }[],
): Promise<number[]> {
  const model = createSeResNeXt(tinyModel, { scope: 'reference' })
  const bytes = readFileSync(join(run, 'checkpoints', `epoch-00${epoch}`, 'model.safetensors'))
  model.loadStateDict(decodeSafetensors(bytes).tensors)
  const { height, width, mean, std } = tinyImage
  const probabilities: number[] = []
  for (const { patientId, imageId } of rows) {
    const path = join(data, 'processed', 'images', patientId, `${imageId}.png`)
    const raw = await sharp(path).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer()
    const pixels = new Uint16Array(raw.buffer, raw.byteOffset, height * width)
    const input = Float32Array.from(pixels, (value) => (value / 65_535 - mean) / std)
    const logit = tf.tidy(
      () => model.forward(tf.tensor4d(input, [1, height, width, 1]), { training: false }).dataSync()[0],
    )
    probabilities.push(1 / (1 + Math.exp(-logit)))
  }
  model.dispose()
  return probabilities
}
