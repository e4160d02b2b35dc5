import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { saveCheckpoint } from '../../src/checkpoints/save-checkpoint.ts'
import { pruneEpochs, type ValidationMetrics } from '../../src/index.ts'
import { checkpointAt, stepsPerEpoch } from '../a-run.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A run with an epoch for each score; null is an undefined one. */
async function runOf(scores: readonly (number | null)[]): Promise<string> {
  const run = temporaryFolder()
  for (const [index, rocAuc] of scores.entries()) {
    const checkpoint = checkpointAt((index + 1) * stepsPerEpoch)
    const validation = { ...(checkpoint.state.validation as ValidationMetrics), rocAuc }
    await saveCheckpoint(run, { ...checkpoint, state: { ...checkpoint.state, validation } })
  }
  return run
}

const area = ({ rocAuc }: ValidationMetrics) => rocAuc ?? Number.NaN
const left = (run: string) => readdirSync(join(run, 'checkpoints')).sort()

describe('pruneEpochs', () => {
  it('keeps the best epochs and the last, of equal ones the earlier', async () => {
    const run = await runOf([0.7, 0.9, null, 0.9, 0.8])
    expect(await pruneEpochs(run, 2, area)).toEqual([1, 3])
    expect(left(run)).toEqual(['epoch-002', 'epoch-004', 'epoch-005'])
    expect(await pruneEpochs(run, 1, area)).toEqual([4])
    expect(await pruneEpochs(run, 0, area)).toEqual([2])
    expect(left(run)).toEqual(['epoch-005'])
  })

  it('leaves a checkpoint whose state cannot be read: it may be mended', async () => {
    const run = await runOf([0.7, 0.9, 0.8])
    writeFileSync(join(run, 'checkpoints/epoch-001/trainer.json'), '{')
    expect(await pruneEpochs(run, 1, area)).toEqual([2])
    expect(left(run)).toEqual(['epoch-001', 'epoch-003'])
  })
})
