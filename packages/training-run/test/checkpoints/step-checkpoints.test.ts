import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findStepCheckpoint, saveStepCheckpoint } from '../../src/checkpoints/step-checkpoints.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const file = 'detector.safetensors'
const checkpointOf = (step: number) => ({
  step,
  tensors: new Map([['weights/a', { dtype: 'F32', shape: [1], data: Float32Array.of(step) } as const]]),
  metadata: { settings: '{"lr":1}' },
})

/** A run with checkpoints after these steps. */
async function runWith(...steps: number[]): Promise<string> {
  const run = temporaryFolder()
  for (const step of steps) await saveStepCheckpoint(run, file, checkpointOf(step))
  return run
}

const pathOf = (run: string, step: number) => join(run, `checkpoints/step-${step}`, file)

describe('a checkpoint after a step', () => {
  it('comes back as it was saved, the latest by number', async () => {
    const run = await runWith(8, 9)
    expect(await saveStepCheckpoint(run, file, checkpointOf(10))).toBe(pathOf(run, 10))
    expect(await findStepCheckpoint(run, file)).toEqual({
      checkpoint: { ...checkpointOf(10), path: pathOf(run, 10) },
      notes: [],
    })
    expect(await findStepCheckpoint(temporaryFolder(), file)).toEqual({ checkpoint: undefined, notes: [] })
  })

  it('is kept with the one before it; all others go', async () => {
    const run = await runWith(2, 4, 6, 9)
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['step-6', 'step-9'])
    await saveStepCheckpoint(run, file, checkpointOf(8))
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['step-6', 'step-8'])
  })

  it.each<[string, (path: string) => void]>([
    ['cut short', (path) => truncateSync(path, 20)],
    ['gone', (path) => rmSync(path)],
    [
      'with one bit flipped',
      (path) =>
        writeFileSync(
          path,
          readFileSync(path).map((byte, i) => (i === 99 ? byte ^ 1 : byte)),
        ),
    ],
  ])('that is %s is passed over for the one before, and said', async (_, alter) => {
    const run = await runWith(4, 6)
    alter(pathOf(run, 6))
    const { checkpoint, notes } = await findStepCheckpoint(run, file)
    expect(checkpoint?.step).toBe(4)
    expect(notes).toEqual([expect.stringContaining('; continuing from the checkpoint of step 4')])
    expect(notes[0]).toContain(pathOf(run, 6))
    await saveStepCheckpoint(run, file, checkpointOf(6))
    expect(await findStepCheckpoint(run, file)).toMatchObject({ checkpoint: { step: 6 }, notes: [] })
  })

  it('that is the only one and altered is an error: starting anew would overwrite it', async () => {
    const run = await runWith(4)
    truncateSync(pathOf(run, 4), 20)
    const finding = findStepCheckpoint(run, file)
    await expect(finding).rejects.toThrow(`remove ${join(run, 'checkpoints')} to start anew`)
    await expect(finding).rejects.toMatchObject({ code: 'checkpoint-altered', details: { path: pathOf(run, 4) } })
  })

  it('of values that are not finite is refused; the one before stays', async () => {
    const run = await runWith(4)
    const tensors = new Map([['a', { dtype: 'F32', shape: [1], data: Float32Array.of(Number.NaN) } as const]])
    const saving = saveStepCheckpoint(run, file, { ...checkpointOf(6), tensors })
    await expect(saving).rejects.toMatchObject({ code: 'not-finite', details: { name: 'a' } })
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['step-4'])
  })

  it('half written or half removed goes without a word', async () => {
    const run = await runWith(4)
    for (const name of ['step-6.partial', 'step-2.removing', 'step-9']) mkdirSync(join(run, 'checkpoints', name))
    expect(await findStepCheckpoint(run, file)).toMatchObject({ checkpoint: { step: 4 }, notes: [] })
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['step-4'])
  })
})
