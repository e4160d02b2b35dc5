import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Checkpoint, readLastCheckpoint, saveCheckpoint } from '../src/checkpoint.ts'
import { temporaryFolder } from './temporary-folder.ts'

function checkpointOf(epoch: number, batch = 0): Checkpoint {
  const validation = { loss: 0.5, rocAuc: null, pf1: 0.1, imageRocAuc: 0.6, imagePf1: 0.2 }
  return {
    state: {
      epoch,
      batch,
      lossSum: batch / 8,
      step: 4 * epoch + batch,
      preprocessHash: '0123456789abcdef',
      validation,
      plateau: null,
      log: { metricsBytes: 10, eventBytes: 20 },
    },
    model: new Map([['fc.bias', { dtype: 'F32', shape: [1], data: Float32Array.of(epoch) }]]),
    trainer: new Map([['adam/step', { dtype: 'F32', shape: [], data: Float32Array.of(4) }]]),
  }
}

describe('checkpoint', () => {
  it('comes back as it was saved, the latest epoch by number', async () => {
    const run = temporaryFolder()
    expect(await readLastCheckpoint(run)).toBeUndefined()
    for (const epoch of [9, 1000, 999]) await saveCheckpoint(run, checkpointOf(epoch))
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['epoch-009', 'epoch-1000', 'epoch-999'])
    expect(await readLastCheckpoint(run)).toEqual(checkpointOf(1000))
  })

  it('ignores and replaces what a killed process left half written', async () => {
    const run = temporaryFolder()
    await saveCheckpoint(run, checkpointOf(1))
    mkdirSync(join(run, 'checkpoints/epoch-002.partial'))
    writeFileSync(join(run, 'checkpoints/epoch-002.partial/model.safetensors'), 'half')
    expect((await readLastCheckpoint(run))?.state.epoch).toBe(1)
    await saveCheckpoint(run, checkpointOf(2))
    expect(await readLastCheckpoint(run)).toEqual(checkpointOf(2))
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['epoch-001', 'epoch-002'])
  })

  it('within an epoch replaces the one before it and goes when the epoch is done', async () => {
    const run = temporaryFolder()
    await saveCheckpoint(run, checkpointOf(1))
    for (const batch of [1, 2]) await saveCheckpoint(run, checkpointOf(1, batch))
    expect(readdirSync(join(run, 'unfinished'))).toEqual(['step-6'])
    expect(await readLastCheckpoint(run)).toEqual(checkpointOf(1, 2))
    await saveCheckpoint(run, checkpointOf(2))
    expect(readdirSync(run)).toEqual(['checkpoints'])
    expect(await readLastCheckpoint(run)).toEqual(checkpointOf(2))
  })

  it('names the file that is missing in a checkpoint', async () => {
    const run = temporaryFolder()
    await saveCheckpoint(run, checkpointOf(1))
    rmSync(join(run, 'checkpoints/epoch-001/trainer.safetensors'))
    await expect(readLastCheckpoint(run)).rejects.toThrow(/epoch-001 but trainer\.safetensors cannot be read\. Remove/)
  })
})
