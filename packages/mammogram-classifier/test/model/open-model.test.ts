import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSeResNeXt, type StateDict } from '@mammokit/seresnext'
import { type SiteCalibration, writeSiteCalibration } from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import '@tensorflow/tfjs-backend-cpu'
import { demonstrationModelPath, exportOnnx, openClassifier, openModel } from '../../src/index.ts'

const model = { layers: [1, 1, 1, 1], channels: [8, 16, 16, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }
const image = { height: 64, width: 32, mean: 0.449, std: 0.226 }
const selection = {
  checkpoint: 'epoch-002',
  subset: 'val',
  aggregation: 'max',
  threshold: 0.25,
  calibration: { method: 'platt', slope: 0.5, intercept: -1 },
}
const metadata = {
  'mammokit.kind': 'mammogram-classifier',
  'mammokit.input': JSON.stringify({ name: 'images', height: 64, width: 32 }),
  'mammokit.preprocess': JSON.stringify({ height: 64, width: 32, margin: 0.02 }),
  'mammokit.preprocessHash': '0123456789abcdef',
  'mammokit.selection': JSON.stringify(selection),
  'mammokit.checkpointHash': 'fedcba9876543210',
}
const picture = { height: 64, width: 32, data: Uint16Array.from({ length: 2048 }, (_, i) => (i * 7919) % 65_536) }

const figure = { value: 0.5, low: null, high: null }
const state = {
  calibration: { method: 'none' as const },
  logLoss: figure,
  brier: figure,
  ece: figure,
  eceIfCalibrated: 0.1,
  calibrationSlope: figure,
  calibrationIntercept: figure,
  threshold: 0.75,
  sensitivity: figure,
  specificity: figure,
  recallRate: figure,
}
const siteCalibration: Omit<SiteCalibration, 'contentSha256'> = {
  site: 'clinic',
  checkpoint: 'epoch-002',
  checkpointHash: '',
  preprocessHash: '',
  aggregation: 'mean',
  patients: 1,
  breasts: 2,
  images: 4,
  positives: 1,
  rocAuc: figure,
  update: 'kept',
  gain: figure,
  calibration: { method: 'none' },
  updateLogLoss: { kept: 0.5 },
  threshold: 0.75,
  thresholdRule: null,
  thresholdInterval: null,
  before: state,
  after: null,
  bootstrap: { unit: 'patient', resamples: 10, seed: 13, level: 0.95 },
  selectionSha256: null,
  modelSha256: 'ab'.repeat(32),
  dataSha256: 'cd',
  mammokit: '0.1.0',
}

let folder: string
let weights: StateDict
beforeAll(async () => {
  tf.enableProdMode() // without it tfjs prints advice
  weights = createSeResNeXt(model, { seed: 1, scope: 'open-model' }).stateDict()
  folder = await mkdtemp(join(tmpdir(), 'mammokit-model-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function writeModel(changes: Record<string, string | undefined> = {}): Promise<string> {
  const file = join(folder, `${Object.keys(changes).join('-') || 'whole'}.onnx`)
  const kept = Object.entries({ ...metadata, ...changes }).filter(([, value]) => value !== undefined)
  writeFileSync(file, await exportOnnx({ model, image }, weights, { metadata: Object.fromEntries(kept) as never }))
  return file
}

describe('openModel', () => {
  test("gives the engine's probability to 1e-6, and what the file says of itself", async () => {
    const file = await writeModel()
    const opened = await openModel({ file, threads: 1 })
    const classifier = await openClassifier({ model, image }, { threads: 1 })
    await classifier.load(weights)
    const [expected] = await classifier.classify([picture])
    expect(Math.abs((await opened.classify(picture)) - expected)).toBeLessThanOrEqual(1e-6)
    expect(opened.description).toEqual({
      source: 'file',
      name: file,
      checkpoint: 'epoch-002',
      checkpointHash: 'fedcba9876543210',
      fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      image: { height: 64, width: 32 },
      preprocess: { height: 64, width: 32, margin: 0.02 },
      preprocessHash: '0123456789abcdef',
      decision: { ...selection, site: null },
    })
    await expect(opened.classify({ ...picture, height: 32 })).rejects.toMatchObject({ code: 'bad-input' })
    await opened.dispose()
    await classifier.dispose()
  })

  test('the demonstration network is the default: below 5 MB, says what it is, and has a map', async () => {
    const opened = await openModel({ threads: 1 })
    const { height, width } = opened.description.image
    expect(opened.description).toMatchObject({
      source: 'demonstration',
      name: 'demonstration',
      decision: { subset: 'val' },
    })
    expect(statSync(demonstrationModelPath()).size).toBeLessThan(5e6)
    const image = { height, width, data: new Uint16Array(height * width).fill(9000) }
    const { probability, map } = await opened.explain(image)
    expect(probability).toBe(await opened.classify(image))
    expect(map).toMatchObject({ height: height / 32, width: width / 32, stride: 32 })
    expect(map?.data).toHaveLength((height * width) / 1024)
    expect(readFileSync(new URL('../../models/model-card.md', import.meta.url), 'utf8')).toContain(
      'For demonstration only.',
    )
    await opened.dispose()
  })

  test.each([
    ['mammokit.kind', undefined],
    ['mammokit.kind', 'mammogram-detector'],
    ['mammokit.input', '{"height":64}'],
    ['mammokit.preprocess', '[1]'],
    ['mammokit.preprocessHash', undefined],
    ['mammokit.selection', '{"threshold":"high"}'],
    ['mammokit.selection', 'not JSON'],
    ['mammokit.checkpointHash', ''],
    ['mammokit.activationMap', '{"height":2}'],
  ])('refuses a file whose %s is %s, and names it', async (key, value) => {
    const file = await writeModel({ [key]: value })
    await expect(openModel({ file })).rejects.toMatchObject({
      code: 'not-a-model',
      message: expect.stringContaining(key),
    })
  })

  test('refuses another engine than the one that runs ONNX files, and the device openvino', async () => {
    await expect(openModel({ engine: 'tensorflow' })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('received tensorflow'),
    })
    await expect(openModel({ device: 'openvino' })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('received openvino'),
    })
  })

  test('refuses a calibration of other weights, another aggregation or other preprocessing, and takes over that of its own', async () => {
    const run = join(folder, 'run')
    const own = { checkpointHash: 'fedcba9876543210', aggregation: 'max', preprocessHash: '0123456789abcdef' } as const
    const write = async (changes: Partial<SiteCalibration>) =>
      (await writeSiteCalibration(run, { ...siteCalibration, ...own, ...changes })).path
    const file = await writeModel()
    const opened = await openModel({ file, calibration: await write({}), threads: 1 })
    expect(opened.description.decision).toMatchObject({ site: 'clinic', threshold: 0.75, aggregation: 'max' })
    await opened.dispose()
    for (const [changes, code] of [
      [{ checkpointHash: 'another' }, 'weights-changed'],
      [{ aggregation: 'mean' }, 'selection-differs'],
      [{ preprocessHash: 'another' }, 'selection-differs'],
    ] as const)
      await expect(openModel({ file, calibration: await write(changes) })).rejects.toMatchObject({ code })
  })

  test('refuses what is no ONNX file, one that is cut off, and one that is not there', async () => {
    const file = join(folder, 'text.onnx')
    writeFileSync(file, 'no model')
    await expect(openModel({ file })).rejects.toMatchObject({ code: 'not-a-model' })
    await expect(openModel({ file: 'nowhere.onnx' })).rejects.toThrow('received ENOENT')
  })
})
