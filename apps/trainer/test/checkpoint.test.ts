import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Checkpoint, loadLastCheckpoint, saveCheckpoint } from '../src/checkpoint.ts'

function checkpointOf(epoch: number): Checkpoint {
  const validation = { loss: 0.5, rocAuc: null, pf1: 0.1, imageRocAuc: 0.6, imagePf1: 0.2 }
  return {
    state: {
      epoch,
      step: 4 * epoch,
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
    const run = mkdtempSync(join(tmpdir(), 'mammokit-run-'))
    expect(await loadLastCheckpoint(run)).toBeUndefined()
    for (const epoch of [9, 1000, 999]) await saveCheckpoint(run, checkpointOf(epoch))
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['epoch-009', 'epoch-1000', 'epoch-999'])
    expect(await loadLastCheckpoint(run)).toEqual(checkpointOf(1000))
  })

  it('ignores and replaces what a killed process left half written', async () => {
    const run = mkdtempSync(join(tmpdir(), 'mammokit-run-'))
    await saveCheckpoint(run, checkpointOf(1))
    mkdirSync(join(run, 'checkpoints/epoch-002.tmp'))
    writeFileSync(join(run, 'checkpoints/epoch-002.tmp/model.safetensors'), 'half')
    expect((await loadLastCheckpoint(run))?.state.epoch).toBe(1)
    await saveCheckpoint(run, checkpointOf(2))
    expect(await loadLastCheckpoint(run)).toEqual(checkpointOf(2))
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['epoch-001', 'epoch-002'])
  })

  it('names the file that is missing in a checkpoint', async () => {
    const run = mkdtempSync(join(tmpdir(), 'mammokit-run-'))
    await saveCheckpoint(run, checkpointOf(1))
    rmSync(join(run, 'checkpoints/epoch-001/trainer.safetensors'))
    await expect(loadLastCheckpoint(run)).rejects.toThrow(/epoch-001 but trainer\.safetensors cannot be read\. Remove/)
  })
})
