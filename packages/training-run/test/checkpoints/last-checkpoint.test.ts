import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEpochWeights } from '../../src/checkpoints/epoch-weights.ts'
import { findLastCheckpoint } from '../../src/checkpoints/last-checkpoint.ts'
import { listEpochs } from '../../src/checkpoints/list-epochs.ts'
import { listFolder } from '../../src/checkpoints/list-folder.ts'
import { saveCheckpoint } from '../../src/checkpoints/save-checkpoint.ts'
import { checkpointAt } from '../a-run.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A run with checkpoints after these steps. */
async function runWith(...steps: number[]): Promise<string> {
  const run = temporaryFolder()
  for (const step of steps) await saveCheckpoint(run, checkpointAt(step))
  return run
}

const lastStep = async (run: string) => (await findLastCheckpoint(run)).checkpoint?.state.step

describe('a checkpoint', () => {
  it('comes back as it was saved, the latest epoch by number', async () => {
    const run = temporaryFolder()
    expect(await findLastCheckpoint(run)).toEqual({ checkpoint: undefined, passedOver: [] })
    for (const step of [36, 4000, 3996]) await saveCheckpoint(run, checkpointAt(step))
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['epoch-009', 'epoch-1000', 'epoch-999'])
    expect(await findLastCheckpoint(run)).toEqual({ checkpoint: checkpointAt(4000), passedOver: [] })
  })

  it('within an epoch replaces the one before it and goes when the epoch is done', async () => {
    const run = await runWith(4, 5, 6)
    expect(readdirSync(join(run, 'unfinished'))).toEqual(['step-6'])
    expect(await lastStep(run)).toBe(6)
    await saveCheckpoint(run, checkpointAt(8))
    expect(readdirSync(run)).toEqual(['checkpoints'])
    expect(await lastStep(run)).toBe(8)
  })

  it('has checksums in the form that sha256sum --check reads', async () => {
    const run = await runWith(4)
    const folder = join(run, 'checkpoints/epoch-001')
    const lines = ['model.safetensors', 'trainer.safetensors', 'trainer.json'].map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}  ${name}\n`,
    )
    expect(readFileSync(join(folder, 'SHA256SUMS'), 'utf8')).toBe(lines.join(''))
  })

  it('has the same bytes whatever the order of the keys of its state', async () => {
    const [one, other] = [await runWith(4), temporaryFolder()]
    const { state, ...tensors } = checkpointAt(4)
    const reversed = Object.fromEntries(Object.entries(state).reverse()) as typeof state
    await saveCheckpoint(other, { state: reversed, ...tensors })
    const bytes = (run: string) => readFileSync(join(run, 'checkpoints/epoch-001/trainer.json'), 'utf8')
    expect(bytes(other)).toBe(bytes(one))
  })

  it.each([
    ['weights', (c: ReturnType<typeof checkpointAt>) => ({ ...c, model: withValue(c.model, Number.NaN) })],
    ['moments', (c: ReturnType<typeof checkpointAt>) => ({ ...c, trainer: withValue(c.trainer, Infinity) })],
    ['a loss', (c: ReturnType<typeof checkpointAt>) => ({ ...c, state: { ...c.state, lossSum: Number.NaN } })],
  ])('of %s that are not finite is refused; the one before stays', async (_, spoil) => {
    const run = await runWith(4)
    await expect(saveCheckpoint(run, spoil(checkpointAt(8)))).rejects.toMatchObject({ code: 'not-finite' })
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['epoch-001'])
    expect(await lastStep(run)).toBe(4)
  })
})

function withValue(tensors: ReturnType<typeof checkpointAt>['model'], value: number) {
  const [[name, tensor]] = tensors
  return new Map([[name, { ...tensor, data: Float32Array.of(value) }]])
}

it('passes over a file that has the name of a checkpoint', async () => {
  const run = await runWith(4)
  writeFileSync(join(run, 'checkpoints/epoch-009'), '')
  const { checkpoint, passedOver } = await findLastCheckpoint(run)
  expect(checkpoint?.state.step).toBe(4)
  expect(passedOver.map(({ fault }) => fault)).toContain('is missing')
})

describe('what a kill can leave goes without a word', () => {
  const kinds: Record<string, (run: string) => void> = {
    'an empty unfinished': (run) => mkdirSync(join(run, 'unfinished')),
    'an empty step': (run) => mkdirSync(join(run, 'unfinished/step-14'), { recursive: true }),
    'a step with one file of three': (run) => {
      mkdirSync(join(run, 'unfinished/step-14'), { recursive: true })
      writeFileSync(join(run, 'unfinished/step-14/model.safetensors'), 'half')
    },
    'a step half removed': (run) => {
      mkdirSync(join(run, 'unfinished/step-14.removing'), { recursive: true })
      writeFileSync(join(run, 'unfinished/step-14.removing/trainer.json'), '{}')
    },
    'a step half written': (run) => mkdirSync(join(run, 'unfinished/step-14.partial'), { recursive: true }),
    'an empty epoch': (run) => mkdirSync(join(run, 'checkpoints/epoch-003')),
    'an epoch half written': (run) => {
      mkdirSync(join(run, 'checkpoints/epoch-003.partial'))
      writeFileSync(join(run, 'checkpoints/epoch-003.partial/model.safetensors'), 'half')
    },
    'an epoch half written by version 0.1.0': (run) => {
      mkdirSync(join(run, 'checkpoints/epoch-003.tmp'))
      writeFileSync(join(run, 'checkpoints/epoch-003.tmp/model.safetensors.tmp'), 'half')
    },
  }
  it.each(Object.entries(kinds))('%s', async (_, leave) => {
    const run = await runWith(4, 8)
    leave(run)
    expect(await findLastCheckpoint(run)).toEqual({ checkpoint: checkpointAt(8), passedOver: [] })
    expect(readdirSync(run)).toEqual(['checkpoints'])
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['epoch-001', 'epoch-002'])
    expect(await listEpochs(run)).toEqual([1, 2])
  })

  it('a checkpoint within an epoch that has ended', async () => {
    const run = await runWith(4, 6)
    const step = join(run, 'unfinished/step-6')
    const files = readdirSync(step).map((name) => [name, readFileSync(join(step, name))] as const)
    await saveCheckpoint(run, checkpointAt(8))
    mkdirSync(step, { recursive: true })
    for (const [name, bytes] of files) writeFileSync(join(step, name), bytes)
    expect(await findLastCheckpoint(run)).toEqual({ checkpoint: checkpointAt(8), passedOver: [] })
    expect(existsSync(step)).toBe(false)
  })

  it('a new epoch that took the place of an altered one: before the second rename, the old one is back', async () => {
    const run = await runWith(4)
    const folder = join(run, 'checkpoints')
    renameSync(join(folder, 'epoch-001'), join(folder, 'epoch-001.replaced'))
    expect(await findLastCheckpoint(run)).toEqual({ checkpoint: checkpointAt(4), passedOver: [] })
    expect(readdirSync(folder)).toEqual(['epoch-001'])
  })
})

describe('a checkpoint that was altered', () => {
  const alterations: Record<string, (path: string) => void> = {
    'cut short': (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2)),
    'without bytes': (path) => truncateSync(path, 0),
    'with one bit flipped': (path) => {
      const bytes = readFileSync(path)
      bytes[bytes.length - 3] ^= 1
      writeFileSync(path, bytes)
    },
    gone: (path) => rmSync(path),
  }
  const files = ['model.safetensors', 'trainer.safetensors', 'trainer.json']
  const cases = files.flatMap((file) => Object.entries(alterations).map(([how, alter]) => ({ file, how, alter })))

  it.each(cases)('($file $how) is named and passed over for the one before', async ({ file, alter }) => {
    const run = await runWith(4, 8)
    const path = join(run, 'checkpoints/epoch-002', file)
    alter(path)
    const { checkpoint, passedOver } = await findLastCheckpoint(run)
    expect(checkpoint).toEqual(checkpointAt(4))
    expect(passedOver).toMatchObject([{ path, fault: expect.stringMatching(/has SHA-256 \w{16}, not|is missing/) }])
    await saveCheckpoint(run, checkpointAt(8))
    expect(await findLastCheckpoint(run)).toEqual({ checkpoint: checkpointAt(8), passedOver: [] })
  })

  it('within an epoch is passed over for that of the epoch before', async () => {
    const run = await runWith(4, 6)
    const path = join(run, 'unfinished/step-6/model.safetensors')
    truncateSync(path, 10)
    expect(await findLastCheckpoint(run)).toMatchObject({ checkpoint: { state: { step: 4 } }, passedOver: [{ path }] })
  })

  it('and all others too are an error that names each fault and what to do: starting anew would overwrite them', async () => {
    const run = await runWith(4, 8)
    const [one, other] = [
      join(run, 'checkpoints/epoch-001/SHA256SUMS'),
      join(run, 'checkpoints/epoch-002/trainer.json'),
    ]
    truncateSync(one, 70)
    rmSync(other)
    const finding = findLastCheckpoint(run)
    await expect(finding).rejects.toThrow(
      `${other}, which is missing; ${one}, which is not as it was written. Restore one, remove ${join(run, 'checkpoints')} to start anew, or train in another run with --run ${run}-2.`,
    )
    await expect(finding).rejects.toMatchObject({ code: 'checkpoint-altered', details: { path: other } })
    const early = await runWith(2)
    truncateSync(join(early, 'unfinished/step-2/trainer.json'), 10)
    await expect(findLastCheckpoint(early)).rejects.toThrow(`remove ${join(early, 'unfinished')} to start anew`)
    rmSync(join(early, 'unfinished/step-2/trainer.json'))
    await expect(findLastCheckpoint(early)).rejects.toThrow('trainer.json, which is missing')
    expect(existsSync(join(early, 'unfinished/step-2/model.safetensors'))).toBe(true)
  })

  it('is not one that cannot be read at the moment: that is an error, and nothing is passed over', async () => {
    const run = await runWith(4, 8)
    const path = join(run, 'checkpoints/epoch-002/trainer.json')
    renameSync(path, `${path}.kept`)
    symlinkSync(path, path) // the system refuses a loop, as it refuses a file of another user
    const error = { name: 'FileError', code: 'cannot-read', details: { path, systemCode: 'ELOOP' } }
    await expect(findLastCheckpoint(run)).rejects.toMatchObject(error)
    rmSync(path)
    renameSync(`${path}.kept`, path)
    expect(await lastStep(run)).toBe(8)
    symlinkSync(join(run, 'loop'), join(run, 'loop'))
    await expect(listFolder(join(run, 'loop'))).rejects.toMatchObject({ code: 'cannot-read' })
  })

  it('of version 0.1.0, which has no checksums, is read, and named where it cannot be', async () => {
    const run = await runWith(4, 8)
    for (const epoch of ['epoch-001', 'epoch-002']) rmSync(join(run, 'checkpoints', epoch, 'SHA256SUMS'))
    expect(await lastStep(run)).toBe(8)
    const path = join(run, 'checkpoints/epoch-002/trainer.safetensors')
    truncateSync(path, 20)
    expect(await findLastCheckpoint(run)).toMatchObject({ checkpoint: { state: { step: 4 } }, passedOver: [{ path }] })
  })

  it.each(Object.entries(alterations).slice(0, 3))('(%s) is named to an evaluator', async (_, alter) => {
    const run = await runWith(4, 8)
    const path = join(run, 'checkpoints/epoch-002/model.safetensors')
    alter(path)
    const reading = readEpochWeights(run, 2)
    await expect(reading).rejects.toThrow(`Expected ${path} as training wrote it but received a file that has SHA-256`)
    await expect(reading).rejects.toMatchObject({ code: 'checkpoint-altered', details: { path } })
    expect(await readEpochWeights(run, 1)).toMatchObject({ epoch: 1, preprocessHash: '0123456789abcdef' })
    rmSync(path)
    await expect(readEpochWeights(run, 2)).rejects.toMatchObject({ code: 'not-found' })
  })
})
