import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type OpenRun, openRun } from '../src/open-run.ts'
import { runPaths } from '../src/run-paths.ts'
import { changed, checkpointAt, config } from './a-run.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Trains on from the run's checkpoint to `last`, with a line of metrics and a checkpoint for each step. */
async function trainTo(run: OpenRun, last: number): Promise<void> {
  for (let step = (run.checkpoint?.state.step ?? 0) + 1; step <= last; step++) {
    run.log.write('train', step, Math.ceil(step / 4), { loss: 1 / step })
    await run.save(checkpointAt(step))
  }
}

async function trained(last: number): Promise<string> {
  const dir = join(temporaryFolder(), 'run')
  const run = await openRun(dir, config)
  await trainTo(run, last)
  await run.close()
  return dir
}

describe('openRun', () => {
  it('goes on where the run was closed, and leaves configuration, log and checkpoints alone', async () => {
    const dir = await trained(6)
    expect(readdirSync(dir).sort()).toEqual([
      'checkpoints',
      'config.json',
      'events.out.tfevents.0000000000.mammokit',
      'metrics.jsonl',
      'timings.jsonl',
      'unfinished',
    ])
    const run = await openRun(dir, config)
    expect(run.notes).toEqual([])
    expect(run.checkpoint?.state).toMatchObject({ step: 6, log: { metricsBytes: expect.any(Number) } })
    await trainTo(run, 12)
    await run.close()
    const whole = await trained(12)
    for (const path of ['metrics.jsonl', 'config.json', ...files('epoch-001'), ...files('epoch-003')]) {
      expect(readFileSync(join(dir, path)).equals(readFileSync(join(whole, path))), path).toBe(true)
    }
  })

  it('says what was altered and from where it goes on, and ends with the bytes of a run that never was', async () => {
    const dir = await trained(8)
    const path = join(dir, 'checkpoints/epoch-002/trainer.json')
    truncateSync(path, 30)
    const run = await openRun(dir, config)
    expect(run.notes).toEqual([
      expect.stringMatching(
        /epoch-002.trainer\.json has SHA-256 \w{16}, not \w{16}; continuing from the checkpoint of step 4$/,
      ),
    ])
    await trainTo(run, 8)
    await run.close()
    const whole = await trained(8)
    for (const file of ['metrics.jsonl', ...files('epoch-002')]) {
      expect(readFileSync(join(dir, file)).equals(readFileSync(join(whole, file))), file).toBe(true)
    }
  })

  it('keeps all that it has where no checkpoint is as it was written', async () => {
    const dir = await trained(8)
    for (const epoch of ['epoch-001', 'epoch-002']) {
      appendFileSync(join(dir, 'checkpoints', epoch, 'trainer.safetensors'), 'x')
    }
    const before = filesIn(dir)
    const opening = openRun(dir, changed({ 'training.lr': 0.5 }))
    await expect(opening).rejects.toMatchObject({ code: 'checkpoint-altered' })
    expect(filesIn(dir)).toEqual(before)
  })

  it('goes on from a checkpoint of another run, but not in the folder of an ensemble, which stays as it is', async () => {
    const from = join(await trained(4), 'checkpoints/epoch-001')
    const dir = join(temporaryFolder(), 'run')
    const run = await openRun(dir, config, { from })
    expect(run.checkpoint?.state.step).toBe(4)
    await run.close()
    const ensemble = join(temporaryFolder(), 'ensemble')
    mkdirSync(ensemble)
    const made = { combine: 'logits', augmentations: [], members: [{ run: '../a', epoch: 1 }] }
    writeFileSync(runPaths(ensemble).config, JSON.stringify({ ...config, ensemble: made }))
    const before = filesIn(ensemble)
    await expect(openRun(ensemble, config, { from })).rejects.toThrow('which is an ensemble.')
    expect(filesIn(ensemble)).toEqual(before)
  })

  it('says that metrics.jsonl was deleted', async () => {
    const dir = await trained(4)
    truncateSync(runPaths(dir).metrics, 0)
    const run = await openRun(dir, config)
    expect(run.notes).toEqual([expect.stringContaining('metrics.jsonl was cut: it has 0 of')])
    await run.close()
  })

  it('lets nobody in beside it, and everybody after it was closed or refused', async () => {
    const dir = await trained(4)
    const run = await openRun(dir, config)
    await expect(openRun(dir, config)).rejects.toMatchObject({ code: 'run-in-use' })
    await run.close()
    await expect(openRun(dir, changed({ 'training.lr': 1 }))).rejects.toMatchObject({ code: 'run-differs' })
    await (await openRun(dir, config)).close()
  })

  it('takes a new configuration until it has a checkpoint', async () => {
    const dir = join(temporaryFolder(), 'run')
    await (await openRun(dir, config)).close()
    const run = await openRun(dir, changed({ 'training.lr': 0.5 }))
    await trainTo(run, 1)
    await run.close()
    await expect(openRun(dir, config)).rejects.toThrow('Expected training.lr 0.5 for')
  })

  it('does not save into a run that another process has taken over', async () => {
    const dir = join(temporaryFolder(), 'run')
    const run = await openRun(dir, config)
    const owner = JSON.parse(readFileSync(join(dir, 'owner-1.json'), 'utf8'))
    writeFileSync(join(dir, 'owner-2.json'), JSON.stringify({ ...owner, token: 'other' }))
    await expect(run.save(checkpointAt(1))).rejects.toMatchObject({ code: 'run-in-use' })
    expect(existsSync(join(dir, 'unfinished'))).toBe(false)
    await run.close()
  })

  it('clears a configuration half written', async () => {
    const dir = await trained(4)
    for (const name of ['config.json.partial', 'config.json.tmp']) writeFileSync(join(dir, name), '{')
    mkdirSync(join(dir, 'unfinished/step-14'), { recursive: true })
    await (await openRun(dir, config)).close()
    expect(readdirSync(dir).sort().slice(0, 2)).toEqual(['checkpoints', 'config.json'])
    expect(readdirSync(dir)).toHaveLength(5)
  })
})

it('two processes that start in one folder at the same time: one trains, the other one says who does', async () => {
  const dir = join(temporaryFolder(), 'run')
  const script = `
    const { openRun } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)})
    try {
      await openRun(${JSON.stringify(dir)}, ${JSON.stringify(config)})
      console.log('trains')
    } catch (error) {
      console.log(error.code + " " + error.details.pid)
    }
    process.stdin.resume()`
  const started = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const said = await Promise.all(started.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()))
  const winner = started[said.indexOf('trains')]
  expect(said.filter((text) => text !== 'trains')).toEqual(Array(3).fill(`run-in-use ${winner.pid}`))
  for (const child of started) child.stdin.end()
})

/** The content of each file below a folder. */
function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort()
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'base64')]))
}

function files(epoch: string): string[] {
  const names = ['model.safetensors', 'trainer.safetensors', 'trainer.json', 'SHA256SUMS']
  return names.map((name) => `checkpoints/${epoch}/${name}`)
}
