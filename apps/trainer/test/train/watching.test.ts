import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainProgress, silentProgress } from '@mammokit/command-line'
import { initialState, readMetrics, type ValidationMetrics } from '@mammokit/training-run'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { dryRun } from '../../src/train/dry-run.ts'
import { train } from '../../src/train/train.ts'
import { bestAfter, isFinished, scoreOf, withBest } from '../../src/train/watching.ts'
import { newRun, writeProcessedPhantom } from '../processed-phantom.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { startWandb } from '../wandb/wandb-server.ts'
import { checkpointBytes, smallRun } from './small-run.ts'

let data = ''
beforeAll(async () => {
  data = await writeProcessedPhantom()
})

const metrics: ValidationMetrics = {
  loss: 0.5,
  rocAuc: 0.7,
  averagePrecision: 0.4,
  pf1: 0.2,
  bestPf1: 0.6,
  bestThreshold: 0.5,
  imageRocAuc: 0.7,
  imagePf1: 0.2,
  imageBestPf1: 0.5,
}

describe('the best epoch', () => {
  it('is the first of those with the highest figure, or the lowest loss; an undefined one is none', () => {
    let state = { ...initialState('ab'), validation: metrics }
    const after = (epoch: number, changes: Partial<ValidationMetrics>, watch: 'loss' | 'averagePrecision') => {
      state = { ...state, validation: { ...metrics, ...changes } }
      state = { ...state, epoch, best: bestAfter(state, epoch, watch) }
      return state.best
    }
    expect(after(1, { averagePrecision: null }, 'averagePrecision')).toBeNull()
    expect(after(2, {}, 'averagePrecision')).toEqual({ metric: 'averagePrecision', epoch: 2, value: 0.4 })
    expect(after(3, {}, 'averagePrecision')?.epoch).toBe(2)
    expect(after(4, { loss: 0.4 }, 'loss')).toEqual({ metric: 'loss', epoch: 4, value: 0.4 })
    expect(after(5, { loss: 0.6 }, 'loss')?.epoch).toBe(4)
    expect([scoreOf(metrics, 'loss'), scoreOf(metrics, 'bestPf1')]).toEqual([-0.5, 0.6])
  })

  it('by another figure is found in metrics.jsonl up to where the run stands', async () => {
    const run = temporaryFolder()
    const line = (epoch: number, loss: number | null) =>
      `${JSON.stringify({ kind: 'validation', epoch, step: 4 * epoch, loss })}\n`
    const training = `${JSON.stringify({ kind: 'train', epoch: 1, step: 2, loss: 0 })}\n`
    const lines = [training, line(1, 0.6), line(2, null), line(3, 0.4), line(4, 0.5), line(5, 0.1)]
    writeFileSync(join(run, 'metrics.jsonl'), lines.join(''))
    const best = { metric: 'rocAuc', epoch: 4, value: 0.9 }
    const position = { ...initialState('ab'), epoch: 4, best }
    expect((await withBest(run, position, 'loss')).best).toEqual({ metric: 'loss', epoch: 3, value: 0.4 })
    expect((await withBest(run, position, 'pf1')).best).toBeNull()
    expect(await withBest(run, position, 'rocAuc')).toBe(position)
    writeFileSync(join(run, 'metrics.jsonl'), '{edited\n')
    expect((await withBest(run, position, 'loss')).best).toBeNull()
    const begun = initialState('ab')
    expect(await withBest(newRun(), begun, 'loss')).toBe(begun)
  })

  it('ends a run after `patience` epochs without a better one', () => {
    const { training } = parseConfig({ training: { epochs: 9, patience: 2 } })
    const best = { metric: 'averagePrecision', epoch: 3, value: 1 }
    const at = (epoch: number) => isFinished({ ...initialState('ab'), epoch, best }, training)
    expect([at(4), at(5)]).toEqual([false, true])
    expect(isFinished({ ...initialState('ab'), epoch: 9 }, { ...training, patience: null })).toBe(true)
  })
})

describe('train', () => {
  it('stops early, keeps the best checkpoint and the last, and says so when it is started again', async () => {
    // Without a rate nothing gets better after the first epoch.
    const training = { epochs: 6, lr: 1e-12, watch: 'averagePrecision', patience: 2, keepBest: 1 } as const
    const config = smallRun(data, { training: { ...training, freezeBatchNorm: true } })
    const lines: string[] = []
    const context = { progress: plainProgress((line) => lines.push(line)) }
    expect(await train(config, context)).toMatchObject({ epochs: 3 })
    expect(readdirSync(join(config.run, 'checkpoints'))).toEqual(['epoch-001', 'epoch-003'])
    expect(lines.join('\n')).toMatch(
      /1 \*.*\n[\s\S]*stopped after 3 of 6 epochs: averagePrecision has not been better since epoch 1/,
    )
    expect(lines.join('\n')).toMatch(
      /[\d.]+ images a second, [\d.]+ % of the time waiting for images, memory \d+ MiB at most/,
    )
    expect(await train(config, context)).toMatchObject({ epochs: 3 })
    const timings = readFileSync(join(config.run, 'timings.jsonl'), 'utf8').trim().split('\n')
    const epochs = timings.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'validation')
    expect(epochs).toHaveLength(3)
    expect(Object.keys(epochs[0])).toEqual(
      expect.arrayContaining(['secondsTraining', 'imagesPerSecond', 'waitingShare', 'memoryMiB', 'peakMemoryMiB']),
    )
    expect(readFileSync(join(config.run, 'metrics.jsonl'), 'utf8')).not.toMatch(/second|memory|waiting/i)
  })

  it('with another watch finds the best epoch so far, and ends with the bytes of a run that had it from the start', async () => {
    const training = { epochs: 3, watch: 'loss' } as const
    const whole = smallRun(data, { training })
    await train(whole)
    const state = JSON.parse(readFileSync(join(whole.run, 'checkpoints/epoch-003/trainer.json'), 'utf8'))
    expect(state.best.epoch).toBeLessThan(3)
    const config = { ...whole, run: newRun() }
    await train({ ...config, training: { ...config.training, watch: 'imagePf1' } })
    rmSync(join(config.run, 'checkpoints/epoch-003'), { recursive: true })
    await train(config)
    expect(checkpointBytes(config.run, 'epoch-003')).toEqual(checkpointBytes(whole.run, 'epoch-003'))
  })

  it('goes on from any checkpoint of another run, to the bytes of that run, and stays as it is once it has its own', async () => {
    const whole = smallRun(data, { training: { epochs: 3 } })
    await train(whole)
    const config = { ...whole, run: newRun(), resume: join(whole.run, 'checkpoints/epoch-001') }
    const lines: string[] = []
    await train(config, { progress: plainProgress((line) => lines.push(line)) })
    expect(lines.join('\n')).toContain('Continuing after step 4, epoch 2')
    for (const epoch of ['epoch-002', 'epoch-003']) {
      expect(checkpointBytes(config.run, epoch)).toEqual(checkpointBytes(whole.run, epoch))
    }
    const [ours, theirs] = [config, whole].map(({ run }) => readFileSync(join(run, 'metrics.jsonl'), 'utf8'))
    expect(ours).toBe(theirs)
    expect(await train(config)).toMatchObject({ epochs: 3 })
    const missing = { ...whole, run: newRun(), resume: join(whole.run, 'checkpoints/epoch-007') }
    await expect(train(missing)).rejects.toMatchObject({ code: 'no-checkpoints' })
    const other = { ...config, run: newRun(), training: { ...config.training, lr: 0.5 } }
    await expect(train(other)).rejects.toMatchObject({ code: 'run-differs' })
  })

  it('sends each step once to Weights & Biases, also of a run that was stopped and goes on', async () => {
    const server = await startWandb()
    const training = { epochs: 1, logEvery: 1, saveEvery: 1 }
    const config = smallRun(data, { training, wandb: { project: 'mammo', group: 'small' } })
    const stop = new AbortController()
    let updates = 0
    const update = () => {
      if (++updates > 2) stop.abort()
    }
    await expect(train(config, { signal: stop.signal, progress: { ...silentProgress, update } })).rejects.toThrow()
    expect(server.requests.at(-1)?.body).toMatchObject({ complete: true, exitcode: 1 })
    const { steps } = await train(config)
    expect(server.requests.at(-1)?.body).toMatchObject({ complete: true, exitcode: 0 })
    const lines = server.history.map((line) => JSON.parse(line))
    expect(lines.map(({ _step }) => _step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1))
    const metrics = (await readMetrics(config.run)).at(-1)
    expect(lines.at(-1)).toMatchObject({ epoch: 1, 'validation/loss': metrics?.loss })
    expect(lines.at(-1)['train/secondsPerStep']).toBeGreaterThan(0)
  })

  it('says in a dry run what the run takes, and writes nothing', async () => {
    const config = smallRun(data, { training: { epochs: 3, keepBest: 1 } })
    const lines: string[] = []
    const result = await dryRun([config], { progress: plainProgress((line) => lines.push(line)) })
    expect(result.seconds).toBeGreaterThan(3 * result.secondsPerStep)
    const whole = smallRun(data, { training: { epochs: 1 } })
    await train(whole)
    const bytes = checkpointBytes(whole.run, 'epoch-001')
      .slice(0, 2)
      .reduce((sum, text) => sum + text.length * 0.75, 0)
    // Two that stay and one within an epoch.
    expect(Math.abs((result.diskMiB * 2 ** 20) / (3 * bytes) - 1)).toBeLessThan(0.25)
    expect(lines.join('\n')).toMatch(/3 epochs of 4 steps of 4 images: .* hours .*\nMemory \d+ MiB/)
    expect(existsSync(config.run)).toBe(false)
    const missing = { ...config, pretrained: 'nowhere/model.safetensors' }
    await expect(dryRun([missing])).rejects.toMatchObject({ code: 'not-found' })
  })
})
