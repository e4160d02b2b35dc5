import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainProgress, silentProgress } from '@mammokit/command-line'
import { dataPaths } from '@mammokit/screening-data'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DryRun } from '../../src/train/dry-run.ts'
import type { TrainSummary } from '../../src/train/train.ts'
import { describeBinding, parseFolds, trainFolds } from '../../src/train/train-folds.ts'
import { readTrainingData } from '../../src/train/training-data.ts'
import { newRun, writeProcessedPhantom } from '../processed-phantom.ts'
import { checkpointBytes, smallRun } from './small-run.ts'

let data = ''
beforeAll(async () => {
  data = await writeProcessedPhantom()
})

describe('train --folds', () => {
  it('trains each fold on the others, beside each other, and changes nothing of the split', async () => {
    const splits = readFileSync(dataPaths(data).splits)
    const config = { ...smallRun(data, { training: { epochs: 1 } }), folds: '0-1' }
    const summaries = (await trainFolds(config)) as TrainSummary[]
    expect(summaries.map(({ run }) => run)).toEqual([join(config.run, 'fold-0'), join(config.run, 'fold-1')])
    expect(readFileSync(dataPaths(data).splits)).toEqual(splits)
    const [first, second] = await Promise.all([0, 1].map((fold) => readTrainingData({ ...config, fold })))
    const ids = (rows: readonly { imageId: string }[]) => rows.map(({ imageId }) => imageId).sort()
    expect(ids(first.val)).toEqual(ids(second.train))
    expect(ids(first.train)).toEqual(ids(second.val))
    expect(JSON.parse(readFileSync(join(config.run, 'fold-1/config.json'), 'utf8')).data).toMatchObject({ fold: 1 })
  })

  it('resumes a fold bit for bit after another one was begun', async () => {
    const whole = { ...smallRun(data, { training: { epochs: 1 } }), fold: 1 }
    await trainFolds(whole)
    const config = { ...whole, run: newRun() }
    const stop = new AbortController()
    const progress = { ...silentProgress, update: (done: number) => done > 1 && stop.abort() }
    await expect(trainFolds(config, { signal: stop.signal, progress })).rejects.toThrow()
    await trainFolds({ ...config, fold: 0 })
    await trainFolds({ ...config, fold: null, folds: '0-1' })
    const [resumed, expected] = [config, whole].map(({ run }) => checkpointBytes(join(run, 'fold-1'), 'epoch-001'))
    expect(resumed).toEqual(expected)
  })

  it('refuses a fold that is not there before it trains another one', async () => {
    const config = { ...smallRun(data), folds: '0-7' }
    await expect(trainFolds(config)).rejects.toThrow(/splits\.csv \(0, 1\) for fold but received 2\./)
    await expect(trainFolds({ ...config, dryRun: true })).rejects.toThrow('for fold but received 2.')
    await expect(trainFolds({ ...config, folds: '0-1', fold: 0, dryRun: true })).rejects.toThrow('either fold or folds')
    expect(existsSync(config.run)).toBe(false)
  })

  it('says in a dry run what all folds take, without what is done', async () => {
    const one = smallRun(data, { training: { epochs: 2 } })
    const config = { ...one, folds: '0-1', dryRun: true }
    const dry = async () => {
      const lines: string[] = []
      const found = (await trainFolds(config, { progress: plainProgress((line) => lines.push(line)) })) as DryRun
      return { ...found, text: lines.join('\n') }
    }
    const whole = await dry()
    expect(whole.text).toMatch(/for each of 2 folds, as fold 0 takes them: .* hours for all with/)
    expect(whole.diskMiB).toBeCloseTo(2 * ((await trainFolds({ ...one, fold: 0, dryRun: true })) as DryRun).diskMiB, 6)
    await trainFolds({ ...one, fold: 0 })
    expect((await dry()).text).toMatch(/as fold 1 takes them: .* hours for what is left, 2 of 4 epochs with/)
    await trainFolds({ ...one, fold: 1 })
    const done = await dry()
    expect(done.text).toContain('0.00 hours for what is left, 0 of 4 epochs with')
    expect(done.seconds).toBe(0)
  })

  it('names the folds that there are, and refuses both a fold and a list', async () => {
    const config = smallRun(data)
    await expect(trainFolds({ ...config, fold: 2 })).rejects.toThrow(/splits\.csv \(0, 1\) for fold but received 2\./)
    await expect(trainFolds({ ...config, fold: 1, folds: '0-1' })).rejects.toThrow('either fold or folds')
    expect(parseFolds('3,0-1,1')).toEqual([0, 1, 3])
    expect(() => parseFolds('4-0')).toThrow('rising ranges')
  })
})

describe('the cores of a process that a launcher started', () => {
  it('are told where they are fewer than its threads, with the flags that mend it', () => {
    expect(describeBinding(8, 1)).toBe(
      'Each process has 8 threads but may use only 1 core of its machine. Where there are more, start mpirun with --bind-to none, or srun with --cpus-per-task=8.',
    )
    expect([describeBinding(1, 1), describeBinding(2, 16)]).toEqual([undefined, undefined])
  })
})
