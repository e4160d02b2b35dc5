import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { plainProgress } from '@mammokit/command-line'
import { readRunConfig } from '@mammokit/training-run'
import { beforeAll, describe, expect, it } from 'vitest'
import { dryRun } from '../../src/train/dry-run.ts'
import { divisors, fitBatch, largestFitting } from '../../src/train/fit-batch.ts'
import { train } from '../../src/train/train.ts'
import { newRun, smallConfig, writeProcessedPhantom } from '../processed-phantom.ts'
import { checkpointBytes, smallRun } from './small-run.ts'

/** A step of 100 MiB and 50 for each image; which sizes were tried. */
function machine(memoryOf: (size: number) => number | string = (size) => 100 + 50 * size) {
  const tried: number[] = []
  const measure = async (size: number) => {
    tried.push(size)
    return memoryOf(size)
  }
  return { tried, measure }
}

describe('largestFitting', () => {
  it.each([
    [150, 1, [1, 2]],
    [210, 2, [1, 2]],
    [499, 6, [1, 2, 6]],
    [500, 8, [1, 2, 8]],
    [1e6, 24, [1, 2, 24]],
  ])(
    'of %d MiB is the divisor of 24 that fits, and tries none that the line of two says does not',
    async (limit, size, sizes) => {
      const { tried, measure } = machine()
      expect(await largestFitting(divisors(24), limit, measure)).toBe(size)
      expect(tried).toEqual(sizes)
    },
  )

  it('takes a smaller one where a step fails or takes more than the line says', async () => {
    const { tried, measure } = machine((size) => (size > 6 ? 'bad allocation' : size === 6 ? 600 : 100 + 50 * size))
    expect(await largestFitting(divisors(24), 500, measure)).toBe(4)
    expect(tried).toEqual([1, 2, 8, 6, 4])
  })

  it('tries one size after the other where memory is not counted', async () => {
    const { tried, measure } = machine((size) => (size > 4 ? 'bad allocation' : 99))
    expect(await largestFitting(divisors(24), 0, measure, { isCounted: false })).toBe(4)
    expect(tried).toEqual([1, 2, 3, 4, 6])
  })

  it('says so where not even one image fits, or its step fails', async () => {
    await expect(largestFitting([1, 2], 149, machine().measure)).rejects.toThrow(
      'Expected a step with 1 image within 149 MiB, which images that are read ahead leave of 149 MiB, but received 150 MiB. Give more with --memory',
    )
    const { tried, measure } = machine()
    await expect(largestFitting([1, 2], -100, measure, { loadersMiB: 101 })).rejects.toThrow(
      'Expected more memory than the 101 MiB of images that are read ahead and their threads but received 1 MiB. Give more with --memory, fewer --workers',
    )
    expect(tried).toEqual([])
    const failing = machine(() => 'bad allocation').measure
    await expect(largestFitting([1, 2], 1000, failing)).rejects.toMatchObject({
      code: 'too-little-memory',
      message: expect.stringContaining('but received a step that failed: bad allocation. Give more'),
    })
    expect(await largestFitting([1], 150, machine().measure)).toBe(1)
  })
})

describe('--batch-size auto', () => {
  let data = ''
  beforeAll(async () => {
    data = await writeProcessedPhantom()
  })

  it('measures real steps once, writes the part into config.json, keeps it, and trains as with that number', async () => {
    const config = { ...smallRun(data, { training: { epochs: 1 } }), fitBatch: true, memoryMiB: 8000, cacheMiB: 64 }
    const lines: string[] = []
    await train(config, { progress: plainProgress((line) => lines.push(line)) })
    expect(lines.join('\n')).toMatch(
      /A step in parts of 1: \d+ MiB\nA step in parts of 2: \d+ MiB\nA step in parts of 4: \d+ MiB\nBatches of 4 in parts of 4: about \d+ of 8000 MiB/,
    )
    expect((await readRunConfig(config.run)).training).toMatchObject({ batchSize: 4, microBatchSize: 4 })
    const again: string[] = []
    await train(config, { progress: plainProgress((line) => again.push(line)) })
    expect(again.join('\n')).not.toContain('A step in parts')
    expect(again.join('\n')).toContain(`Batches in parts of 4, as config.json of ${config.run} has them`)
    const given = { ...config, run: newRun(), fitBatch: false, training: { ...config.training, microBatchSize: 4 } }
    await train(given)
    expect(checkpointBytes(config.run, 'epoch-001')).toEqual(checkpointBytes(given.run, 'epoch-001'))
  })

  it('measures again where a run has no checkpoint: what config.json has may never have completed a step', async () => {
    const config = { ...smallRun(data, { training: { epochs: 1 } }), memoryMiB: 8000, cacheMiB: 64 }
    await train({ ...config, training: { ...config.training, microBatchSize: 1 } })
    rmSync(join(config.run, 'checkpoints'), { recursive: true })
    const { training } = await fitBatch({ ...config, fitBatch: true }, config.run, 16)
    expect(training.microBatchSize).toBe(4)
  })

  it('says why a step failed that fails for another reason', async () => {
    // Pools that average halve only even sizes.
    const config = smallRun(data, {
      image: { height: 72, width: 72 },
      model: { ...smallConfig.model, antiAlias: 'average' },
    })
    await expect(fitBatch({ ...config, fitBatch: true, memoryMiB: 8000 }, config.run, 16)).rejects.toThrow(
      /within \d+ MiB, which .* of 8000 MiB, but received a step that failed: Expected .*[^.]\. Give more/,
    )
  })

  it('measures the weights of a later epoch, too, where they are frozen at first', async () => {
    const memory: number[] = []
    const held = Buffer.alloc(2 ** 31, 1) // counts in no other process
    for (const epochs of [1, null]) {
      const config = smallRun(data, {
        image: { height: 512, width: 256 },
        training: { batchSize: 2, freeze: { upTo: 'layer4', epochs } },
      })
      const progress = plainProgress((line) => memory.push(Number(/parts of 2: (\d+) MiB/.exec(line)?.[1] ?? 0)))
      await fitBatch({ ...config, fitBatch: true, memoryMiB: 30_000, cacheMiB: 0 }, config.run, 16, { progress })
    }
    const [thawing, frozen] = memory.filter((mebibytes) => mebibytes > 0)
    expect(thawing).toBeGreaterThan(1.2 * frozen)
    expect(thawing).toBeLessThan(held.length / 2 ** 20)
  })

  it('refuses what not one image fits in, in a dry run too, and writes nothing', async () => {
    const config = { ...smallRun(data), fitBatch: true, cacheMiB: 0 }
    const lines: string[] = []
    const context = { progress: plainProgress((line) => lines.push(line)) }
    const { training } = await fitBatch({ ...config, memoryMiB: 8000 }, config.run, 16, context)
    expect(training.microBatchSize).toBe(4)
    const [one] = lines.map((line) => Number(/: (\d+) MiB/.exec(line)?.[1]))
    await expect(fitBatch({ ...config, memoryMiB: Math.round(one / 2) }, config.run, 16)).rejects.toMatchObject({
      code: 'too-little-memory',
    })
    await expect(dryRun([{ ...config, memoryMiB: 50 }])).rejects.toMatchObject({ code: 'too-little-memory' })
    expect(existsSync(config.run)).toBe(false)
  })
})
