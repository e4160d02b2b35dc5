import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { studyBenchmarks } from '../src/bench/study.ts'
import { meanWithInterval } from '../src/bench/training/mean-with-interval.ts'
import { networkOf, trainingOptions } from '../src/bench/training/options.ts'
import { trainingBenchmark } from '../src/bench/training/training.ts'

describe('the benchmark training', () => {
  it('has the interval of a mean by Student’s t, as scipy.stats.t.interval(0.95, 4, loc=mean, scale=sem) to 5e-5', () => {
    const { mean, interval } = meanWithInterval([0.81, 0.84, 0.79, 0.88, 0.83])
    expect(mean).toBeCloseTo(0.83, 12)
    expect(interval[0]).toBeCloseTo(0.787893, 4)
    expect(interval[1]).toBeCloseTo(0.872107, 4)
    // scipy.stats.t.ppf(0.975, 20) is 2.085963
    const many = meanWithInterval(Array.from({ length: 21 }, (_, i) => i))
    expect((many.interval[1] as number) - many.mean).toBeCloseTo(2.085963 * Math.sqrt(38.5 / 21), 5)
    expect(meanWithInterval([0.5])).toEqual({ mean: 0.5, interval: [null, null] })
  })

  it('takes a folder, then options by name, and refuses others', () => {
    const options = trainingOptions(['runs', 'seeds=3', 'network=small'])
    expect(options).toMatchObject({ folder: 'runs', seeds: 3, patients: 300, network: 'small' })
    expect(networkOf(options).layers).toEqual([1, 1, 1, 1])
    expect(() => trainingOptions([])).toThrow('a folder')
    expect(() => trainingOptions(['runs', 'seed=3'])).toThrow('received seed')
    expect(() => trainingOptions(['runs', 'network=vgg'])).toThrow('Expected one of')
    expect(() => trainingOptions(['runs', 'epochs=none'])).toThrow('a number above 0 for epochs')
  })

  it('refuses results of other options before it trains', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'training-bench-'))
    const line = JSON.stringify({ side: 'mammokit', seed: 1, options: '{"patients":24}' })
    writeFileSync(join(folder, 'results.jsonl'), `${line}\n{"cut`)
    await expect(trainingBenchmark([folder])).rejects.toThrow('but received {"patients":24}. Use another folder.')
    rmSync(folder, { recursive: true })
  })
})

it('the benchmark study refuses a part that it does not have', async () => {
  await expect(studyBenchmarks(['hot'])).rejects.toThrow('Expected warm, cold, preprocess or nothing but received hot.')
})
