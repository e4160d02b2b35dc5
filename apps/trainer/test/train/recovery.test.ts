import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeSafetensors } from '@mammokit/safetensors'
import { beforeAll, describe, expect, it } from 'vitest'
import { train } from '../../src/train/train.ts'
import { writeProcessedPhantom } from '../processed-phantom.ts'
import { smallRun } from './small-run.ts'

let data = ''
beforeAll(async () => {
  data = await writeProcessedPhantom()
})

describe('train, after an error,', () => {
  it('after NaN in a new run, takes a lower learning rate in the same folder', async () => {
    const config = smallRun(data, { training: { epochs: 1, lr: 1e30 } })
    await expect(train(config)).rejects.toThrow('lower training.lr and start again, for example with --lr 1e+29.')
    expect(existsSync(join(config.run, 'checkpoints'))).toBe(false)
    await train({ ...config, training: { ...config.training, lr: 1e-3 } })
    expect(readdirSync(join(config.run, 'checkpoints'))).toEqual(['epoch-001'])
  })

  it('after NaN behind a checkpoint, keeps that and names another folder for a lower learning rate', async () => {
    const config = smallRun(data, {
      training: { saveEvery: 1, lr: 1e30, schedule: { name: 'cyclic', baseLrFactor: 1e-33 } },
    })
    const failing = train(config)
    await expect(failing).rejects.toThrow(
      /last good checkpoint is .*step-\d+.model\.safetensors: start another run .* with --lr 1e\+29 --run .*run-2 --pretrained/,
    )
    const [step] = readdirSync(join(config.run, 'unfinished'))
    const { tensors } = decodeSafetensors(readFileSync(join(config.run, 'unfinished', step, 'model.safetensors')))
    for (const { data } of tensors.values()) expect(Array.from(data as Float32Array).every(Number.isFinite)).toBe(true)
  })

  it('after an engine that is not installed, takes another one in the same folder', async () => {
    const config = smallRun(data, { engine: 'tensorflow', training: { epochs: 1 } })
    await expect(train(config)).rejects.toThrow(/use the engine onnxruntime/i)
    expect((await train({ ...config, engine: 'onnxruntime' })).epochs).toBe(1)
  })
})
