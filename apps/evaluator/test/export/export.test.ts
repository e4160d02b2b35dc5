import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRunClassifier } from '@mammokit/mammogram-classifier'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess/png'
import { loadOnnxRuntime } from '@mammokit/onnxruntime-loader'
import { readProcessedRows } from '@mammokit/screening-data'
import { readPredictions } from '@mammokit/training-run'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answersOfFile } from '../../src/export/answers.ts'
import { assertClose, compareAnswers } from '../../src/export/compare-export.ts'
import { type ExportResult, exportRun, predict, report, select, test as testRun } from '../../src/index.ts'
import { makeTinyRun, type TinyRun, tinyImage } from '../tiny-run.ts'

const fast = { threads: 1, workers: 1 }

let tiny: TinyRun
let whole: ExportResult
beforeAll(async () => {
  tiny = await makeTinyRun()
  await predict({ data: tiny.data, run: tiny.run, ...fast })
  await select({ data: tiny.data, run: tiny.run, resamples: 20 })
  whole = await exportRun({ data: tiny.data, run: tiny.run, ...fast })
})
afterAll(() => tiny.remove())

/** What the file says of the images of the validation set, as its user would ask it. */
async function probabilitiesOf(model: string, batch: number): Promise<number[]> {
  const { rows } = await readProcessedRows(tiny.data, { subsets: ['val'] })
  const { InferenceSession, Tensor } = loadOnnxRuntime()
  const session = await InferenceSession.create(model)
  const pixels = tinyImage.height * tinyImage.width
  const found: number[] = []
  for (let first = 0; first < rows.length; first += batch) {
    const some = rows.slice(first, first + batch)
    const values = new Float32Array(some.length * pixels)
    for (const [i, { file }] of some.entries()) {
      const { data } = await decodeGrayPng(readFileSync(file))
      values.set(
        Float32Array.from(data, (value) => value / 65_535),
        i * pixels,
      )
    }
    const { probability, logit } = await session.run({
      images: new Tensor('float32', values, [some.length, tinyImage.height, tinyImage.width, 1]),
    })
    expect(logit!.dims).toEqual([some.length, 1])
    found.push(...(probability!.data as Float32Array))
  }
  await session.release()
  return found
}

describe('export', () => {
  test("gives the run's probabilities to 1e-4, whatever the batch, from plain gray values", async () => {
    const { run } = tiny
    const { model, card, largestDifference, rocAuc } = whole
    expect(model).toBe(join(run, 'model.onnx'))
    expect(largestDifference).toBeLessThanOrEqual(1e-4)
    expect(rocAuc?.file).toBe(rocAuc?.run)
    const { epoch } = JSON.parse(readFileSync(join(run, 'selection.json'), 'utf8'))
    const { images } = await readPredictions(run, 'val', epoch)
    for (const batch of [1, 3]) {
      const found = await probabilitiesOf(model, batch)
      images.forEach(({ probability }, i) => {
        expect(Math.abs(found[i]! - probability)).toBeLessThanOrEqual(1e-4)
      })
    }
    expect(readFileSync(card, 'utf8')).toContain('Not a medical device')
  })

  test("gives the run's heatmap, to 1e-3 of its largest value, and its grid in the metadata", async () => {
    const { rows } = await readProcessedRows(tiny.data, { subsets: ['val'] })
    const { data } = await decodeGrayPng(readFileSync(rows[0]!.file))
    const classifier = await openRunClassifier(tiny.run, { threads: 1 })
    const [explained] = await classifier.explain([{ data, ...tinyImage }])
    await classifier.dispose()
    const { InferenceSession, Tensor } = loadOnnxRuntime()
    const session = await InferenceSession.create(whole.model)
    const values = Float32Array.from(data, (value) => value / 65_535)
    const { activation_map: map } = await session.run({
      images: new Tensor('float32', values, [1, tinyImage.height, tinyImage.width, 1]),
    })
    await session.release()
    expect(map!.dims).toEqual([1, 2, 1])
    const largest = explained!.map.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    explained!.map.data.forEach((value, i) => {
      expect(Math.abs(value - (map!.data as Float32Array)[i]!)).toBeLessThanOrEqual(1e-3 * largest)
    })
    expect(whole.largestMapDifference).toBeLessThanOrEqual(1e-3)
    expect(readFileSync(whole.model).toString('latin1')).toContain(
      '{"name":"activation_map","height":2,"width":1,"offset":0.5,"stride":32,',
    )
    expect(readFileSync(whole.card, 'utf8')).toContain('Output `activation_map`: float32 [N, 2, 1]')
  })

  test('has in its metadata what its user needs: preprocessing, threshold, calibration, hashes, intended use', () => {
    const { run } = tiny
    const text = readFileSync(whole.model).toString('latin1')
    const selection = JSON.parse(readFileSync(join(run, 'selection.json'), 'utf8'))
    const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'))
    for (const value of [config.preprocessHash, selection.checkpointHash, `"threshold":${selection.threshold}`]) {
      expect(text).toContain(value)
    }
    for (const key of ['preprocess', 'selection', 'intendedUse', 'input']) expect(text).toContain(`mammokit.${key}`)
  })

  test.each([
    ['float16', 0.65],
    ['int8', 0.75],
  ] as const)('in %s it is smaller, and the card says what that costs', async (precision, share) => {
    const { data, run } = tiny.copy()
    const output = join(run, precision, 'small.onnx')
    const small = await exportRun({ data, run, precision, output, images: 8, ...fast })
    expect(small.sizeBytes).toBeLessThan(share * whole.sizeBytes)
    expect(small.largestDifference).toBeGreaterThan(0)
    expect(small.largestDifference).toBeLessThan(0.05)
    expect(readFileSync(join(run, precision, 'model-card.md'), 'utf8')).toContain(`, ${precision}, 1-1-1-1 blocks`)
  })

  test('a file whose numbers are NaN differs by infinity, and is not written', async () => {
    const { rows } = await readProcessedRows(tiny.data, { subsets: ['val'] })
    const options = { rows: rows.slice(0, 4), threads: 1, workers: 1, batchSize: 4, onImages: () => undefined }
    const file = await answersOfFile(readFileSync(whole.model), { ...tinyImage, passes: 1 }, options)
    expect(compareAnswers(options.rows, file, file, true)).toMatchObject({ largestDifference: 0 })
    const broken = { ...file, probabilities: file.probabilities.with(1, Number.NaN) }
    const check = compareAnswers(options.rows, file, broken, true)
    expect(check).toMatchObject({ largestDifference: Number.POSITIVE_INFINITY, rocAuc: null })
    expect(() => assertClose(check, tiny.run, 'float16')).toThrow(
      'Expected finite numbers of the network exported in float16 but received NaN or infinity',
    )
  })

  test('has the figures of a test of what it exports on its card, and none of an earlier selection', async () => {
    const { data, run } = tiny.copy()
    const cardOf = async () => readFileSync((await exportRun({ data, run, images: 2, ...fast })).card, 'utf8')
    await testRun({ data, run, resamples: 20, ...fast })
    const tested = await cardOf()
    expect(tested).toContain('patients of the test set')
    const selection = JSON.parse(readFileSync(join(run, 'selection.json'), 'utf8'))
    expect(tested.includes('| log loss, calibrated |')).toBe(selection.calibration.method !== 'none')
    expect(tested).not.toContain('not of this file')
    await select({ data, run, rule: 'sensitivity', at: 0.1, resamples: 20 })
    expect(await cardOf()).toContain('Not tested.')
  })

  test("a second file in the folder has a card of its own, with its name, and says that the figures are the run's", async () => {
    const { data, run } = tiny.copy()
    await testRun({ data, run, resamples: 20, ...fast })
    const first = await exportRun({ data, run, images: 2, ...fast })
    const before = readFileSync(first.card, 'utf8')
    const output = join(run, 'site-b.onnx')
    for (const _ of ['once', 'again']) {
      const { card } = await exportRun({ data, run, output, precision: 'int8', images: 2, ...fast })
      expect(card).toBe(join(run, 'site-b.model-card.md'))
      expect(readFileSync(card, 'utf8')).toContain('- `site-b.onnx`: ')
      expect(readFileSync(card, 'utf8')).toContain('not of this file in int8. On ')
    }
    expect((await exportRun({ data, run, images: 2, ...fast })).card).toBe(first.card)
    expect(readFileSync(first.card, 'utf8')).toBe(before)
  })

  test('is tested and reported on by the file alone, with the probabilities of the run and the maps of the file', async () => {
    const alone = mkdtempSync(join(tmpdir(), 'exported-'))
    const model = join(alone, 'model.onnx')
    cpSync(whole.model, model)
    const data = join(alone, 'elsewhere')
    cpSync(tiny.data, data, { recursive: true })
    const path = await report({ model, data, images: 2, threads: 1 })
    expect(path).toBe(join(alone, 'sites', 'elsewhere', 'report.html'))
    const page = readFileSync(path, 'utf8')
    for (const text of [
      'Breast-cancer detection, exported file model.onnx',
      'of elsewhere, ',
      'Whether the network was trained on patients of',
      'alt="Heatmap of the same image"',
      'Receiver operating characteristic',
      'For whom it holds',
      'of the validation set of the run',
    ])
      expect(page).toContain(text)
    expect(page).not.toContain('figures are optimistic')
    const { epoch } = JSON.parse(readFileSync(join(tiny.run, 'selection.json'), 'utf8'))
    const { images } = await readPredictions(join(alone, 'sites', 'elsewhere'), 'test', epoch)
    const ofRun = new Map((await readPredictions(tiny.run, 'val', epoch)).images.map((image) => [image.imageId, image]))
    expect(images.length).toBeGreaterThan(ofRun.size)
    const shared = images.filter(({ imageId }) => ofRun.has(imageId))
    expect(shared).toHaveLength(ofRun.size)
    for (const { imageId, probability } of shared)
      expect(Math.abs(probability - ofRun.get(imageId)!.probability)).toBeLessThanOrEqual(1e-4)
    rmSync(alone, { recursive: true })
  })

  test('a report is of a run or of a file, and takes no option that the other has alone', async () => {
    const { run, data } = tiny
    const { model } = whole
    await expect(report({ data })).rejects.toThrow('Expected --run or --model but received neither')
    await expect(report({ run, model, data })).rejects.toThrow('received both')
    await expect(report({ model, data, compare: run })).rejects.toThrow('--compare')
    await expect(report({ run, data, name: 'site' })).rejects.toThrow('Expected --model with --name')
    await expect(report({ model, data: [data, run] })).rejects.toThrow(
      'Expected one --data with --model but received 2',
    )
  })

  test('writes nothing for a selection that was edited, or without one', async () => {
    const { data, run } = tiny.copy()
    const path = join(run, 'selection.json')
    rmSync(join(run, 'model.onnx'), { force: true })
    const selection = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...selection, threshold: 0.123 }))
    await expect(exportRun({ data, run, ...fast })).rejects.toMatchObject({ code: 'selection-altered' })
    rmSync(path)
    await expect(exportRun({ data, run, ...fast })).rejects.toThrow(`mammokit-evaluator select --run ${run}`)
    expect(existsSync(join(run, 'model.onnx'))).toBe(false)
  })
})
