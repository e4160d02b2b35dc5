import {
  appendFileSync,
  copyFileSync,
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
import { decodeSafetensors } from '@mammokit/safetensors'
import { beforeAll, describe, expect, it } from 'vitest'
import { train } from '../../src/train/train.ts'
import { readTrainingData } from '../../src/train/training-data.ts'
import { newRun, writeProcessedPhantom } from '../processed-phantom.ts'
import { checkpointBytes, readWeights, smallRun } from './small-run.ts'

let data = ''
beforeAll(async () => {
  data = await writeProcessedPhantom()
})

const stepsOf = (run: string, epoch: number): number =>
  JSON.parse(readFileSync(join(run, `checkpoints/epoch-00${epoch}/trainer.json`), 'utf8')).step

describe('train, started again in the same folder,', () => {
  it('continues from a checkpoint with the bytes of a run that never stopped, the average of the weights and the sampler included', async () => {
    const whole = smallRun(data, { training: { emaDecay: 0.9, sampling: { positiveFraction: 0.25 } } })
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
    const averaged = readWeights(whole.run, 'epoch-003').tensors.get('fc.weight')?.data
    const trained = decodeSafetensors(readFileSync(join(whole.run, 'checkpoints/epoch-003/trainer.safetensors')))
    expect(trained.tensors.get('weights/fc.weight')?.data).toHaveLength(averaged?.length ?? 0)
    expect(trained.tensors.get('weights/fc.weight')?.data).not.toEqual(averaged)
    const metrics = [whole, stopped].map(({ run }) => readFileSync(join(run, 'metrics.jsonl'), 'utf8'))
    expect(metrics[1]).toBe(metrics[0])
  })

  it('saves before it ends with an error within an epoch, and goes on from there to the same bytes', async () => {
    const whole = smallRun(data, { training: { epochs: 2 } })
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
    const config = smallRun(data, { training: { epochs: 2 } })
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

  it('trains on for more epochs where the schedule follows the validation loss, with the bytes of a run that had them from the start', async () => {
    const training = { epochs: 2, schedule: { name: 'reduce-on-plateau' } } as const
    const [whole, config] = [smallRun(data, { training }), smallRun(data, { training: { ...training, epochs: 1 } })]
    await train(whole)
    await train(config)
    await train({ ...whole, run: config.run, training: { ...whole.training, logEvery: 2, saveEvery: 7 } })
    expect(checkpointBytes(config.run, 'epoch-002')).toEqual(checkpointBytes(whole.run, 'epoch-002'))
    expect((await train(config)).epochs).toBe(2)
  })

  it('goes on without the weights that it began with, which are asked for again where it has no checkpoint', async () => {
    const first = smallRun(data, { training: { epochs: 1 } })
    await train(first)
    const pretrained = join(first.run, 'initial.safetensors')
    copyFileSync(join(first.run, 'checkpoints/epoch-001/model.safetensors'), pretrained)
    const config = smallRun(data, { pretrained, training: { epochs: 2 } })
    await train(config)
    const before = checkpointBytes(config.run, 'epoch-002')
    rmSync(join(config.run, 'checkpoints/epoch-002'), { recursive: true })
    rmSync(pretrained)
    await train(config)
    expect(checkpointBytes(config.run, 'epoch-002')).toEqual(before)
    const branch = { ...config, run: newRun(), resume: join(config.run, 'checkpoints/epoch-001') }
    await train(branch)
    expect(checkpointBytes(branch.run, 'epoch-002')).toEqual(before)
    await expect(train({ ...config, pretrained: 'elsewhere.safetensors' })).rejects.toMatchObject({ code: 'not-found' })
    const changed = { code: 'run-differs', details: { key: 'weights.sha256' } }
    copyFileSync(join(config.run, 'checkpoints/epoch-002/model.safetensors'), pretrained)
    await expect(train(config)).rejects.toMatchObject(changed)
    rmSync(pretrained)
    rmSync(join(config.run, 'checkpoints'), { recursive: true })
    await expect(train(config)).rejects.toMatchObject({ code: 'not-found', details: { path: pretrained } })
  })

  it('keeps checkpoints none of which is as it was written, whatever the configuration', async () => {
    const config = smallRun(data, { training: { epochs: 1 } })
    await train(config)
    appendFileSync(join(config.run, 'checkpoints/epoch-001/trainer.safetensors'), 'x')
    const before = checkpointBytes(config.run, 'epoch-001')
    await expect(train({ ...config, training: { ...config.training, lr: 0.5 } })).rejects.toMatchObject({
      code: 'checkpoint-altered',
    })
    expect(checkpointBytes(config.run, 'epoch-001')).toEqual(before)
  })

  it('says that a finished run is finished, and refuses to continue it with another learning rate', async () => {
    const config = smallRun(data, { training: { epochs: 1, schedule: { name: 'reduce-on-plateau' } } })
    await train(config)
    const before = checkpointBytes(config.run, 'epoch-001')
    expect(JSON.parse(atob(before[2])).plateau).toMatchObject({ lr: 1e-3, badEpochs: 0 })
    const lines: string[] = []
    await train(config, { progress: plainProgress((line) => lines.push(line)) })
    expect(lines.at(-1)).toContain('has its only epoch')
    expect(checkpointBytes(config.run, 'epoch-001')).toEqual(before)
    const other = { ...config, training: { ...config.training, lr: 0.5 } }
    await expect(train(other)).rejects.toThrow(
      /^Expected training.lr 0.001 for .*Continue with --option training.lr=0.001/,
    )
  })

  it('stops between two steps when asked to, and continues', async () => {
    const config = smallRun(data, { training: { epochs: 2 } })
    const stop = new AbortController()
    const progress = { ...silentProgress, update: () => stop.abort() }
    await expect(train(config, { signal: stop.signal, progress })).rejects.toThrow()
    expect((await train(config)).epochs).toBe(2)
  })
})
