/** Several processes that train one run, as threads that have a group; the tests of @mammokit/process-group start real ones. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentContext } from '@mammokit/command-line'
import type { Addends, ProcessGroup } from '@mammokit/process-group'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { type Ranks, withRanks } from '../../src/train/ranks.ts'
import { openSharedRun } from '../../src/train/shared-run.ts'
import { train } from '../../src/train/train.ts'
import { readTrainingData } from '../../src/train/training-data.ts'
import { newRun, smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'
import { checkpointBytes, smallRun } from './small-run.ts'
import { trainInThreads } from './thread-group.ts'

/** With all that a step has, and a last batch of each epoch in which the second process has nothing. */
const changes = {
  model: { ...smallConfig.model, dropRate: 0.3 },
  training: {
    epochs: 1,
    logEvery: 1,
    dropLast: false,
    mixup: 0.4,
    clipNorm: 0.5,
    emaDecay: 0.99,
    auxiliary: { birads: 0.1, density: 0.3 },
    sampling: { positivesPerBatch: 1 },
  },
} as const

let data = ''
/** A run of two processes that was never stopped. */
let whole: Config
beforeAll(async () => {
  data = await writeProcessedPhantom()
  whole = smallRun(data, changes)
  await trainInThreads(whole, 2)
})

/** What the steps wrote in metrics.jsonl. */
function stepsOf({ run }: Config): unknown[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'train')
}

describe('training in two processes', () => {
  it('has the losses of accumulation over two parts, bit for bit', async () => {
    const parts = smallRun(data, { ...changes, training: { ...changes.training, microBatchSize: 2 } })
    const { steps } = await train(parts)
    expect(stepsOf(whole)).toEqual(stepsOf(parts))
    expect(stepsOf(whole)).toHaveLength(steps)
  })

  it('ends in both where one fails, with the steps so far saved, and goes on to the same bytes', async () => {
    const config = { ...whole, run: newRun() }
    // The third and the fourth image of a batch of four are those of the second process.
    const { file, imageId } = (await readTrainingData(config)).val[2]
    const bytes = readFileSync(file)
    const failed = await trainInThreads(config, 2, { 1: { remove: file } })
    expect(failed).toEqual([
      {
        code: 'process-failed',
        message: 'Expected all 2 processes to train but process 1 failed, and says why. Start all again to continue.',
      },
      { code: 'image-missing', message: expect.stringContaining(imageId) },
    ])
    const steps = stepsOf(whole).length
    expect(readdirSync(join(config.run, 'unfinished'))).toEqual([`step-${steps}`])
    writeFileSync(file, bytes)
    expect(await trainInThreads(config, 2)).toEqual([{ steps }, { steps }])
    expect(checkpointBytes(config.run, 'epoch-001')).toEqual(checkpointBytes(whole.run, 'epoch-001'))
    expect(readFileSync(join(config.run, 'metrics.jsonl'))).toEqual(readFileSync(join(whole.run, 'metrics.jsonl')))
  })

  it('refuses another number of processes for a run', async () => {
    await expect(train(whole)).rejects.toThrow(
      /^Expected processes 2 for .* but received nothing. Continue with mpirun -n 2, or start another run with/,
    )
  })
})

/** Two processes in this one: a call of each waits for that of the other. */
function pairOfGroups(): ProcessGroup[] {
  const waiting = new Map<number, { readonly values: Addends; readonly done: () => void }>()
  return [0, 1].map((rank) => {
    let call = 0
    const meet = (values: Addends, join: (own: Addends, first: Addends) => void) =>
      new Promise<void>((done) => {
        const id = call++
        const other = waiting.get(id)
        if (other === undefined) return void waiting.set(id, { values, done })
        join(values, other.values)
        other.done()
        done()
      })
    return {
      rank,
      size: 2,
      library: 'pair',
      abort() {},
      async leave() {},
      sum: (values) =>
        meet(values, (a, b) => {
          a.forEach((value, i) => {
            a[i] = value + b[i]
          })
          b.set(a)
        }),
      broadcast: (values) => meet(values as Addends, (own, other) => (rank === 0 ? other.set(own) : own.set(other))),
    }
  })
}

describe('withRanks', () => {
  const both = (work: (ranks: Ranks) => Promise<unknown>, contexts = [silentContext, silentContext]) =>
    Promise.allSettled(pairOfGroups().map((group, rank) => withRanks(group, contexts[rank], work)))

  it('gives all the value of the first, and the sums of all', async () => {
    const ends = await both(async ({ rank, share, sum }) => {
      const values = Float64Array.of(rank + 1, 10)
      await sum([values])
      return [await share({ rank, text: 'ä' }), ...values]
    })
    expect(ends.map((end) => end.status === 'fulfilled' && end.value)).toEqual(
      Array(2).fill([{ rank: 0, text: 'ä' }, 3, 20]),
    )
  })

  it('stops all at the same item where one is told to', async () => {
    const stop = new AbortController()
    const seen = [0, 0]
    async function* items() {
      for (let i = 0; i < 5; i++) yield i
    }
    const work = async ({ rank, context, each }: Ranks) => {
      for await (const item of each(items())) {
        if (rank === 1 && item === 2) stop.abort(new Error('SIGTERM'))
        seen[rank]++
        context.signal?.throwIfAborted()
      }
    }
    const ends = await both(work, [silentContext, { ...silentContext, signal: stop.signal }])
    expect(seen).toEqual([4, 4])
    expect(ends).toMatchObject([
      { reason: { code: 'process-failed', message: expect.stringContaining('another one was told to stop') } },
      { reason: { message: 'SIGTERM' } },
    ])
  })

  it('ends all where one fails after it was told to stop, before the others see to that', async () => {
    const stop = new AbortController()
    async function* items() {
      yield* [0, 1]
    }
    const work = async ({ rank, context, each, sum }: Ranks) => {
      for await (const item of each(items())) {
        if (item === 0 && rank === 1) stop.abort(new Error('SIGTERM'))
        if (item === 0) continue
        expect(context.signal?.aborted).toBe(true)
        if (rank === 1) throw new Error('no memory')
        await sum([])
      }
    }
    const ends = await both(work, [silentContext, { ...silentContext, signal: stop.signal }])
    expect(ends).toMatchObject([
      { reason: { code: 'process-failed', message: expect.stringContaining('process 1 failed') } },
      { reason: { message: 'no memory' } },
    ])
  })

  it('refuses a process with another configuration before the run is opened', async () => {
    const config = JSON.parse(readFileSync(join(whole.run, 'config.json'), 'utf8'))
    const run = newRun()
    const ends = await both((ranks) =>
      openSharedRun(ranks, run, { ...config, engine: `engine ${ranks.rank}` }, {}).then(({ close }) =>
        ranks.sum([]).finally(close),
      ),
    )
    expect(ends).toMatchObject([{ reason: { code: 'process-failed' } }, { reason: { code: 'processes-differ' } }])
    expect(existsSync(run)).toBe(false)
  })
})
