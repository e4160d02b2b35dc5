import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  initialState,
  openRun,
  type RunConfig,
  readEpochWeights,
  runPaths,
  type Selection,
  writeSelection,
} from '@mammokit/training-run'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createBreastNetwork, loadNetworks, openModel, openRunClassifier, readNetworks } from '../src/index.ts'

const model = { layers: [1, 1, 1, 1], channels: [8, 16, 16, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }
const image = { height: 64, width: 32, mean: 0.449, std: 0.226 }
const config: RunConfig = {
  mammokit: '0.1.0',
  model,
  image,
  preprocess: {},
  preprocessHash: 'feed',
  training: {},
  weights: null,
  data: { dir: 'data', splitsSha256: 'ab' },
  engine: 'onnxruntime',
  versions: {},
}
const picture = { data: new Uint16Array(64 * 32).map((_, i) => i * 31), height: 64, width: 32 }

let run = ''
beforeEach(async () => {
  tf.enableProdMode() // without it tfjs prints advice
  run = mkdtempSync(join(tmpdir(), 'classifier-'))
  for (const epoch of [1, 2]) await writeCheckpoint(epoch, 'feed', epoch)
})
afterEach(() => rmSync(run, { recursive: true }))

async function writeCheckpoint(epoch: number, preprocessHash: string, seed: number, runConfig = config): Promise<void> {
  const network = createBreastNetwork(runConfig.model, { seed, scope: `seed-${seed}` })
  const state = { ...initialState(preprocessHash), epoch, step: epoch }
  const opened = await openRun(run, runConfig)
  await opened.save({ state, model: network.stateDict(), trainer: new Map() })
  await opened.close()
  network.dispose()
}

async function select(epoch: number): Promise<void> {
  const { checkpointHash } = await readEpochWeights(run, epoch)
  const figure = { value: 0.5, low: null, high: null }
  const selection: Omit<Selection, 'contentSha256'> = {
    subset: 'val',
    aggregation: 'mean',
    checkpoint: `epoch-00${epoch}`,
    epoch,
    checkpointHash,
    threshold: 0.4,
    plateau: { low: 0.3, high: 0.5 },
    thresholdInterval: figure,
    pf1AtThreshold: figure,
    pf1: figure,
    rocAuc: figure,
    averagePrecision: figure,
    thresholdRule: { rule: 'f1' },
    splitsSha256: 'cd',
    rowsSha256: 'ab'.repeat(32),
    patients: 1,
    breasts: 2,
    positives: 1,
    preprocessHash: 'feed',
    mammokit: '0.1.0',
    checkpoints: [],
    calibration: { method: 'none' },
    calibrationLogLoss: { none: 0.5 },
    callAllF1: 2 / 3,
    isAboveChance: null,
    f1Differences: [],
    plateauSpan: { sensitivity: { low: 1, high: 1 }, recallRate: { low: 0.5, high: 0.5 } },
    bootstrap: { unit: 'patient', resamples: 10, seed: 13, level: 0.95 },
  }
  await writeSelection(run, selection)
}

const classify = async (options = {}) => {
  const classifier = await openRunClassifier(run, { threads: 1, ...options })
  const [probability] = await classifier.classify([picture])
  await classifier.dispose()
  return { ...classifier, probability }
}

it('has the selected checkpoint with its threshold and calibration, or that of an epoch without', async () => {
  await select(2)
  const selected = await classify()
  expect(selected).toMatchObject({
    epoch: 2,
    selection: { threshold: 0.4, calibration: { method: 'none' } },
    config: { image },
  })
  const [first, second] = [await classify({ epoch: 1 }), await classify({ epoch: 2 })]
  expect(second.probability).toBe(selected.probability)
  expect(first.probability).not.toBe(selected.probability)
  expect(first).toMatchObject({ epoch: 1, selection: null })
})

it('refuses weights that were written anew after the selection, and those of another preprocessing', async () => {
  await select(2)
  await writeCheckpoint(2, 'feed', 3)
  await expect(classify()).rejects.toMatchObject({ name: 'ClassifierError', code: 'weights-changed' })
  await writeCheckpoint(2, 'cafe', 3)
  await expect(classify({ epoch: 2 })).rejects.toMatchObject({ code: 'preprocess-mismatch' })
})

it('reads and hashes the weights of an epoch once, however often they are asked for', async () => {
  const found = await readNetworks(run)
  const hash = await found.checkpointHash(2)
  rmSync(dirname(runPaths(run).weights(2)), { recursive: true })
  expect(await found.networks(2)).toMatchObject([{ epoch: 2, checkpointHash: hash }])
})

it('refuses to load weights that were written anew since their hash was read', async () => {
  const found = await readNetworks(run)
  const networks = await found.networks(2)
  const [loaded] = await loadNetworks(found, networks)
  expect(loaded).toMatchObject({ model: config.model, image })
  await writeCheckpoint(2, 'feed', 3)
  await expect(loadNetworks(found, networks)).rejects.toMatchObject({ code: 'weights-changed' })
})

it('as a model, refuses a network that fuses the images of a breast: an image alone has no probability of its own', async () => {
  rmSync(run, { recursive: true })
  await writeCheckpoint(1, 'feed', 1, { ...config, model: { ...model, fusion: 'mean' } })
  await expect(openModel({ run, epoch: 1, threads: 1 })).rejects.toMatchObject({
    code: 'breast-network',
    details: { run, fusion: 'mean' },
  })
})

it('as a model, takes no calibration for a checkpoint that was not selected', async () => {
  await expect(openModel({ run, epoch: 1, calibration: 'none.json', threads: 1 })).rejects.toMatchObject({
    code: 'selection-differs',
    message: expect.stringContaining('received epoch-001'),
  })
})

it('says which command makes a selection that is missing', async () => {
  await expect(classify()).rejects.toThrow('mammokit-evaluator select')
})
