import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { plainProgress, silentProgress } from '@mammokit/command-line'
import { decodeSafetensors, encodeSafetensors } from '@mammokit/safetensors'
import { readProcessedRows } from '@mammokit/screening-data'
import { createSeResNeXt } from '@mammokit/seresnext'
import { parseCsv } from '@mammokit/strict-csv'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../src/config.ts'
import { parseConfig } from '../../src/config.ts'
import { train } from '../../src/train/train.ts'
import { readTrainingData } from '../../src/train/training-data.ts'
import { newRun, smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let data = ''
beforeAll(async () => {
  data = await writeProcessedPhantom()
})

const configOf = (more: ConfigInput & { training?: object } = {}) =>
  parseConfig({ ...smallConfig, data, run: newRun(), ...more, training: { ...smallConfig.training, ...more.training } })
const weightsOf = (run: string, epoch: string) =>
  decodeSafetensors(readFileSync(join(run, `checkpoints/${epoch}/model.safetensors`)))
const checkpointBytes = (run: string, epoch: string) =>
  ['model.safetensors', 'trainer.safetensors', 'trainer.json', 'SHA256SUMS'].map((name) =>
    readFileSync(join(run, 'checkpoints', epoch, name)).toString('base64'),
  )
const stepsOf = (run: string, epoch: number): number =>
  JSON.parse(readFileSync(join(run, `checkpoints/epoch-00${epoch}/trainer.json`), 'utf8')).step

/** The rows of splits.csv that are in a subset. */
function rowsOf(subset: string): Record<string, string>[] {
  const { header, records } = parseCsv(readFileSync(join(data, 'processed/splits.csv'), 'utf8'), 'splits.csv')
  const rows = records.map(({ cells }) => Object.fromEntries(header.map((name, at) => [name, cells[at]])))
  return rows.filter((row) => row.subset === subset)
}

/** A copy of the data folder with another splits.csv or manifest.csv. */
function spoiled({ splits, manifest }: { splits?: (text: string) => string; manifest?: (text: string) => string }) {
  const folder = temporaryFolder()
  cpSync(data, folder, { recursive: true })
  const change = (name: string, edit: (text: string) => string = (text) => text) => {
    const path = join(folder, 'processed', name)
    writeFileSync(path, edit(readFileSync(path, 'utf8')))
  }
  change('splits.csv', splits)
  change('manifest.csv', manifest)
  return folder
}

describe('train', () => {
  it('writes configuration, metrics, events and a checkpoint for every epoch, and leaves no tensor behind', async () => {
    await tf.setBackend('cpu')
    const tensors = tf.memory().numTensors
    const config = configOf()
    const lines: string[] = []
    const summary = await train(config, { progress: plainProgress((line) => lines.push(line)) })
    expect(summary).toMatchObject({ epochs: 3, validation: { loss: expect.any(Number) } })
    expect(readdirSync(config.run).sort()).toEqual([
      'checkpoints',
      'config.json',
      'events.out.tfevents.0000000000.mammokit',
      'metrics.jsonl',
    ])
    expect(readdirSync(join(config.run, 'checkpoints'))).toEqual(['epoch-001', 'epoch-002', 'epoch-003'])
    const metrics = readFileSync(join(config.run, 'metrics.jsonl'), 'utf8').trim().split('\n')
    const epochs = metrics.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'validation')
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    const written = JSON.parse(readFileSync(join(config.run, 'config.json'), 'utf8'))
    const { metadata, tensors: weights } = weightsOf(config.run, 'epoch-003')
    const state = JSON.parse(readFileSync(join(config.run, 'checkpoints/epoch-003/trainer.json'), 'utf8'))
    expect([metadata.preprocessHash, state.preprocessHash]).toEqual([written.preprocessHash, written.preprocessHash])
    expect(written.image).toEqual({ height: 64, width: 32, mean: 0.449, std: 0.226 })
    expect(weights.get('conv1.weight')?.shape).toEqual([8, 1, 7, 7])
    expect(tf.memory().numTensors).toBe(tensors)
    expect(lines.filter((line) => line.includes('wrote'))).toHaveLength(3)
  })

  it('lowers the training loss of a few images to less than three quarters within twelve epochs', async () => {
    const config = configOf({ training: { epochs: 12, lr: 3e-3, augmentation: 'none' } })
    await train(config)
    const lines = readFileSync(join(config.run, 'metrics.jsonl'), 'utf8').trim().split('\n')
    const losses = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'validation')
    expect(losses.at(-1).trainLoss).toBeLessThan(0.75 * losses[0].trainLoss)
  })

  it('continues from a checkpoint with the bytes of a run that never stopped, the average of the weights and the sampler included', async () => {
    const whole = configOf({ training: { emaDecay: 0.9, sampling: { positiveFraction: 0.25 } } })
    await train(whole)
    const stopped = { ...whole, run: newRun() }
    mkdirSync(join(stopped.run, 'checkpoints'), { recursive: true })
    renameSync(join(whole.run, 'checkpoints/epoch-001'), join(stopped.run, 'checkpoints/epoch-001'))
    for (const name of ['config.json', 'metrics.jsonl']) copyFileSync(join(whole.run, name), join(stopped.run, name))
    await train(stopped)
    for (const epoch of ['epoch-002', 'epoch-003']) {
      const [model, trainer, state] = checkpointBytes(stopped.run, epoch)
      const [wholeModel, wholeTrainer, wholeState] = checkpointBytes(whole.run, epoch)
      expect(model === wholeModel && trainer === wholeTrainer).toBe(true)
      expect(JSON.parse(atob(state))).toMatchObject({ step: JSON.parse(atob(wholeState)).step })
    }
    const averaged = weightsOf(whole.run, 'epoch-003').tensors.get('fc.weight')?.data
    const trained = decodeSafetensors(readFileSync(join(whole.run, 'checkpoints/epoch-003/trainer.safetensors')))
    expect(trained.tensors.get('weights/fc.weight')?.data).toHaveLength(averaged?.length ?? 0)
    expect(trained.tensors.get('weights/fc.weight')?.data).not.toEqual(averaged)
    const metrics = [whole, stopped].map(({ run }) => readFileSync(join(run, 'metrics.jsonl'), 'utf8'))
    expect(metrics[1]).toBe(metrics[0])
  })

  it('saves before it ends with an error within an epoch, and goes on from there to the same bytes', async () => {
    const whole = configOf({ training: { epochs: 2 } })
    await train(whole)
    const config = { ...whole, run: newRun() }
    const [{ file: image, imageId }] = (await readTrainingData(config)).val
    const bytes = readFileSync(image)
    const start = (title: string) => {
      if (title === 'validation') rmSync(image)
    }
    await expect(train(config, { progress: { ...silentProgress, start } })).rejects.toThrow(imageId)
    expect(readdirSync(join(config.run, 'unfinished'))).toEqual([`step-${stepsOf(whole.run, 1)}`])
    writeFileSync(image, bytes)
    const lines: string[] = []
    await train(config, { progress: plainProgress((line) => lines.push(line)) })
    expect(lines).toContain(`Continuing after step ${stepsOf(whole.run, 1)}, epoch 1`)
    for (const epoch of ['epoch-001', 'epoch-002']) {
      expect(checkpointBytes(config.run, epoch)).toEqual(checkpointBytes(whole.run, epoch))
    }
  })

  it('passes an altered checkpoint over, says so, and ends with the same bytes', async () => {
    const config = configOf({ training: { epochs: 2 } })
    await train(config)
    const before = checkpointBytes(config.run, 'epoch-002')
    truncateSync(join(config.run, 'checkpoints/epoch-002/model.safetensors'), 1000)
    const lines: string[] = []
    await train(config, { progress: plainProgress((line) => lines.push(line)) })
    expect(lines.join('\n')).toMatch(
      /epoch-002.model\.safetensors has SHA-256 .*; continuing from the checkpoint of step/,
    )
    expect(checkpointBytes(config.run, 'epoch-002')).toEqual(before)
  })

  it('after NaN in a new run, takes a lower learning rate in the same folder', async () => {
    const config = configOf({ training: { epochs: 1, lr: 1e30 } })
    await expect(train(config)).rejects.toThrow('lower training.lr and start again, for example with --lr 1e+29.')
    expect(existsSync(join(config.run, 'checkpoints'))).toBe(false)
    await train({ ...config, training: { ...config.training, lr: 1e-3 } })
    expect(readdirSync(join(config.run, 'checkpoints'))).toEqual(['epoch-001'])
  })

  it('after NaN behind a checkpoint, keeps that and names another folder for a lower learning rate', async () => {
    const config = configOf({ training: { saveEvery: 1, lr: 1e30, schedule: { name: 'cyclic', baseLrFactor: 1e-33 } } })
    const failing = train(config)
    await expect(failing).rejects.toThrow(
      /last good checkpoint is .*step-\d+.model\.safetensors: start another run .* with --lr 1e\+29 --run .*run-2 --weights/,
    )
    const [step] = readdirSync(join(config.run, 'unfinished'))
    const { tensors } = decodeSafetensors(readFileSync(join(config.run, 'unfinished', step, 'model.safetensors')))
    for (const { data } of tensors.values()) expect(Array.from(data as Float32Array).every(Number.isFinite)).toBe(true)
  })

  it('after an engine that is not installed, takes another one in the same folder', async () => {
    const config = configOf({ engine: 'tensorflow', training: { epochs: 1 } })
    await expect(train(config)).rejects.toThrow('use the engine onnxruntime')
    expect((await train({ ...config, engine: 'onnxruntime' })).epochs).toBe(1)
  })

  it('trains on for more epochs where the schedule follows the validation loss, with the bytes of a run that had them from the start', async () => {
    const training = { epochs: 2, schedule: { name: 'reduce-on-plateau' } } as const
    const [whole, config] = [configOf({ training }), configOf({ training: { ...training, epochs: 1 } })]
    await train(whole)
    await train(config)
    await train({ ...whole, run: config.run, training: { ...whole.training, logEvery: 2, saveEvery: 7 } })
    expect(checkpointBytes(config.run, 'epoch-002')).toEqual(checkpointBytes(whole.run, 'epoch-002'))
    expect((await train(config)).epochs).toBe(2)
  })

  it('says that a finished run is finished, and refuses to continue it with another learning rate', async () => {
    const config = configOf({ training: { epochs: 1, schedule: { name: 'reduce-on-plateau' } } })
    await train(config)
    const before = checkpointBytes(config.run, 'epoch-001')
    expect(JSON.parse(atob(before[2])).plateau).toMatchObject({ lr: 1e-3, badEpochs: 0 })
    const lines: string[] = []
    await train(config, { progress: plainProgress((line) => lines.push(line)) })
    expect(lines.at(-1)).toContain('has all of its 1 epochs')
    expect(checkpointBytes(config.run, 'epoch-001')).toEqual(before)
    const other = { ...config, training: { ...config.training, lr: 0.5 } }
    await expect(train(other)).rejects.toThrow(
      /^Expected training.lr 0.001 for .*Continue with --set training.lr=0.001/,
    )
  })

  it('starts from timm’s weights: colors summed, another head left out', async () => {
    const color = createSeResNeXt({ ...smallConfig.model, inChannels: 3, numClasses: 10 }, { seed: 5, scope: 'timm' })
    const weights = color.stateDict()
    color.dispose()
    const config = configOf({ training: { epochs: 1, lr: 1e-12 } })
    const path = `${config.run}-timm.safetensors`
    writeFileSync(path, encodeSafetensors(weights))
    await train({ ...config, weights: path })
    const trained = weightsOf(config.run, 'epoch-001').tensors
    const stem = trained.get('conv1.weight')?.data as Float32Array
    const given = weights.get('conv1.weight')?.data as Float32Array
    expect(stem[0]).toBeCloseTo(given[0] + given[49] + given[98], 5)
    expect(trained.get('layer1.0.conv1.weight')?.data[3]).toBeCloseTo(
      weights.get('layer1.0.conv1.weight')?.data[3] as number,
      5,
    )
    expect(trained.get('fc.bias')?.shape).toEqual([1])
  })

  it('stops between two steps when asked to, and continues', async () => {
    const config = configOf({ training: { epochs: 2 } })
    const stop = new AbortController()
    const progress = { ...silentProgress, update: () => stop.abort() }
    await expect(train(config, { signal: stop.signal, progress })).rejects.toThrow()
    expect((await train(config)).epochs).toBe(2)
  })
})

describe('train refuses', () => {
  it.each([
    [
      { image: { height: 64, width: 64 } },
      /Expected preprocess hash [0-9a-f]{16} \(this configuration\) but received [0-9a-f]{16}/,
    ],
    [{ training: { batchSize: 1000 } }, /Expected at least one batch of 1000 training images/],
    [
      { training: { lr: 1e30 } },
      /Expected a finite (loss|gradient) in step \d+, with learning rate .* and the images \d+, \d+, \d+, \d+, but received .* lower training\.lr and start again, for example with --lr 1e\+29\.$/,
    ],
    [{ data: '/nowhere' }, /Expected a file \/nowhere\/processed\/splits\.csv/],
    [
      { weights: '/nowhere.safetensors' },
      /Expected a file \/nowhere\.safetensors but received ENOENT\. Check --weights/,
    ],
    [{ engine: 'tensorflow' }, /Expected @tensorflow\/tfjs-node to be installed for the engine tensorflow/],
    [{ engine: 'tensorflow-gpu' }, /@tensorflow\/tfjs-node-gpu@4\.22\.0, or use the engine onnxruntime/],
  ] as const)('%j by name', async (more, message) => {
    await expect(train(configOf(more as ConfigInput))).rejects.toThrow(message)
  })

  it('leaves out images that failed, and says how many and why', async () => {
    const id = rowsOf('train')[0].image_id
    const folder = spoiled({ manifest: (text) => text.replace(new RegExp(`^(${id},.*),ok,`, 'm'), '$1,failed,') })
    const said: string[] = []
    const config = configOf({ data: folder, training: { epochs: 1 } })
    await train(config, { progress: plainProgress((line) => said.push(line)) })
    expect(said[0]).toContain(', 1 left out')
    expect(said[1]).toMatch(
      new RegExp(`^1 of \\d+ images \\(\\d\\.\\d %\\) left out: 1 failed in extract-rois \\(${id}\\)\\.$`),
    )
  })

  it('more than a tenth of the rows without an image, unless told to leave them out', async () => {
    const folder = spoiled({ manifest: (text) => text.replaceAll(/^(\d*[02468],.*),ok,/gm, '$1,failed,') })
    await expect(train(configOf({ data: folder }))).rejects.toThrow(
      /at least 90 % of the rows but received \d+ of \d+ images/,
    )
    const allowed = configOf({ data: folder, maxLeftOut: 1, training: { epochs: 1, batchSize: 1 } })
    expect((await train(allowed)).epochs).toBe(1)
  })

  it.each<[string, (text: string) => string, RegExp]>([
    ['a patient in two subsets', (text) => text.replace(',train,', ',val,'), /Expected one subset for patient \d+ in /],
    ['a patient in two folds', (text) => text.replace(',train,0', ',train,1'), /Expected one fold for patient \d+ in /],
    [
      'an id that a spreadsheet rewrote',
      (text) => text.replaceAll(/^(\d+,\d+,\d+),/gm, '$1.0,'),
      /Expected image_id (\d+) in .*splits.csv but received \1\.0 \(and \d+ more\): it became a decimal number/,
    ],
    [
      'no image with cancer in train',
      (text) => text.replaceAll(/^((?:[^,]*,){6})1,(.*,train,\d)/gm, '$10,$2'),
      /Expected images with and without cancer in train but received 0 with and \d+ without\. Split again/,
    ],
  ])('%s', async (_, splits, message) => {
    await expect(train(configOf({ data: spoiled({ splits }) }))).rejects.toThrow(message)
  })

  it('no val of one class, but says what is undefined', async () => {
    const folder = spoiled({ splits: (text) => text.replaceAll(/^((?:[^,]*,){6})1,(.*,val,\d)/gm, '$10,$2') })
    const said: string[] = []
    const config = configOf({ data: folder, training: { epochs: 1 } })
    await train(config, { progress: plainProgress((line) => said.push(line)) })
    expect(said[1]).toBe(
      'val has no image with cancer: its ROC AUC is undefined and no threshold can be chosen on it. Split again.',
    )
  })

  it('a processed image that was altered or is gone, with its path; a missing one before the run starts', async () => {
    const { rows } = await readProcessedRows(data, { subsets: ['val'] })
    const { file } = rows.at(-1)!
    const png = readFileSync(file)
    writeFileSync(file, readFileSync(rows[0]!.file))
    const altered = { code: 'image-altered', details: { path: file } }
    await expect(train(configOf({ training: { epochs: 1 } }))).rejects.toMatchObject(altered)
    for (const spoil of [() => writeFileSync(file, ''), () => rmSync(file)]) {
      spoil()
      const config = configOf({ training: { epochs: 1 } })
      await expect(train(config)).rejects.toMatchObject({ code: 'image-missing', details: { files: [file] } })
      expect(existsSync(config.run)).toBe(false)
    }
    writeFileSync(file, png)
  })

  it('a manifest that does not say what the images were, with the command that does', async () => {
    const manifest = join(data, 'processed/manifest.csv')
    const text = readFileSync(manifest, 'utf8')
    writeFileSync(manifest, text.replace('image_sha256', 'image_hash'))
    await expect(train(configOf())).rejects.toThrow('mammokit-trainer extract-rois')
    writeFileSync(manifest, text)
  })
})
