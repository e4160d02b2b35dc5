import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { newRun, smallConfig, writeProcessedPhantom } from './processed-phantom.ts'
import { temporaryFolder } from './temporary-folder.ts'

const bin = fileURLToPath(new URL('../bin/mammokit.js', import.meta.url))
const stopWhen = new URL('stop-when.js', import.meta.url).href

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command; it sends itself `signal` as soon as its output contains `when`. */
async function runCommand(args: readonly string[], stop?: { signal: NodeJS.Signals; when: string }): Promise<Ended> {
  const preload = stop ? ['--import', stopWhen] : []
  // Node warns on stderr where a runner sets FORCE_COLOR beside the user's NO_COLOR.
  const env = { ...process.env, FORCE_COLOR: undefined, STOP_SIGNAL: stop?.signal, STOP_WHEN: stop?.when }
  const child = spawn(process.execPath, [...preload, bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

describe('mammokit-trainer', () => {
  it('explains itself and each command with their options and defaults, exit code 0', async () => {
    const whole = await runCommand(['--help'])
    expect(whole).toMatchObject({ code: 0, stderr: '' })
    expect(whole.stdout).toMatch(/phantom[\s\S]*extract-rois[\s\S]*split[\s\S]*train/)
    const one = await runCommand(['train', '--help'])
    expect(one.stdout.replace(/\s+/g, ' ')).toMatch(
      /--batch-size <\S+> images per step.* \(.*integer >= 1.*default: 8\)/,
    )
  })

  it.each([
    [['train', '--epochs', '0'], 'Expected an integer >= 1 for --epochs but received 0.'],
    [['train', '--option', 'training.momentum=1'], 'Expected a known key for --option but received training.momentum.'],
    [
      ['train', '--config', 'none.json'],
      'Expected a readable file for --config but received none.json (ENOENT: no such file).',
    ],
    [['split', '--fraction', '1'], "unknown option '--fraction'"],
    [['train', '--optoin', 'training.lr=1'], "unknown option '--optoin' (Did you mean --option?)"],
    [
      ['extract-rois', '--set', 'image.height=64'],
      'Expected rsna, cbis-ddsm, vindr-mammo, inbreast, cmmd, cdd-cesm, embed, renderings, mini-mias, folder or null for --set but received "image.height=64".',
    ],
    [['import', 'folder', '--set', 'rsna'], "unknown option '--set'"],
    [['learn'], "unknown command 'learn'"],
  ])('%j is an error of usage: one line, exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(`mammokit-trainer: ${message}`)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('data that are not there are a failure: one line, exit code 1', async () => {
    const { code, stderr } = await runCommand(['split', '--data', '/nowhere'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^mammokit-trainer: Expected a file \/nowhere\/raw\/train\.csv but received ENOENT\..*\n$/)
  })
})

it('images that cannot be read end extract-rois with exit code 3 and their number, with --strict 1', async () => {
  const data = temporaryFolder()
  writeFileSync(join(data, 'broken.dcm'), 'no DICOM at all')
  const args = ['extract-rois', '--data', data, '--workers', '1']
  const { code, stdout } = await runCommand(args)
  expect(code).toBe(3)
  expect(stdout).toMatch(/failed +1\n/)
  expect(stdout).toContain('broken.dcm: not-dicom')
  expect(await runCommand([...args, '--strict'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('1 of 1 failed'),
  })
})

it.each(['stdout', 'stderr', 'both'])('phantom writes its files although nobody reads %s any more', async (closed) => {
  const data = temporaryFolder()
  const args = [bin, 'phantom', '--data', data, '--patients', '12', '--height', '96', '--workers', '1']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  for (const name of ['stdout', 'stderr'] as const) {
    if (closed === name || closed === 'both') child[name].destroy()
    else child[name].resume()
  }
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(existsSync(join(data, 'raw/train.csv'))).toBe(true)
})

it('SIGTERM stops phantom and extract-rois: exit code 143, one line, and the same command continues', async () => {
  const data = temporaryFolder()
  for (const [name, ...args] of [
    ['phantom', '--patients', '40', '--height', '96'],
    ['extract-rois', '--height', '64', '--width', '32'],
  ]) {
    const all = [name, '--data', data, '--workers', '1', ...args]
    const { code, stderr } = await runCommand(all, { signal: 'SIGTERM', when: `${name}: ` })
    expect(stderr).toBe('mammokit-trainer: stopped by SIGTERM. Run the same command again to continue.\n')
    expect(code).toBe(143)
    expect((await runCommand(all)).code).toBe(0)
  }
})

describe('a training that is stopped', () => {
  const { epochs } = smallConfig.training
  let config = ''
  let data = ''
  beforeAll(async () => {
    data = await writeProcessedPhantom()
    config = join(data, 'config.json')
    writeFileSync(config, JSON.stringify({ ...smallConfig, training: { ...smallConfig.training, saveEvery: 3 } }))
  })
  const trainArgs = (run: string) => ['train', '--config', config, '--data', data, '--run', run]

  it('killed in the middle of an epoch and started again, ends with the bytes of one that never stopped', async () => {
    const [whole, killed] = [newRun(), newRun()]
    expect((await runCommand(trainArgs(whole))).code).toBe(0)
    expect((await runCommand(trainArgs(killed), { signal: 'SIGKILL', when: 'epoch 2/3: 3/' })).code).toBeNull()
    expect(existsSync(join(killed, 'checkpoints/epoch-002'))).toBe(false)
    const { code, stdout } = await runCommand(trainArgs(killed))
    expect(code).toBe(0)
    expect(stdout).toMatch(/Continuing after step 6, epoch 2/)
    expect(stdout).toMatch(/epoch 3\/3: 1\/\d+, [\d.]+ images\/s, [\d.]+ [MG]B, .*loss/)
    expect(readdirSync(killed).sort()).toEqual(readdirSync(whole).sort())
    const files = Array.from({ length: epochs }, (_, i) => String(i + 1).padStart(3, '0')).flatMap((epoch) =>
      ['model.safetensors', 'trainer.safetensors', 'trainer.json'].map((name) => `checkpoints/epoch-${epoch}/${name}`),
    )
    for (const name of [...files, 'metrics.jsonl']) {
      expect(readFileSync(join(killed, name)).equals(readFileSync(join(whole, name))), name).toBe(true)
    }
    expect(JSON.parse(readFileSync(join(killed, 'config.json'), 'utf8')).data.dir).toBe(data)
    expect(dirname(killed)).not.toBe(dirname(whole))
  })

  it('by SIGTERM, ends with exit code 143 and has saved its last step', async () => {
    const run = newRun()
    const often = join(data, 'seldom.json')
    writeFileSync(often, JSON.stringify(smallConfig)) // saves every 500 steps
    const args = ['train', '--config', often, '--data', data, '--run', run]
    const ended = await runCommand(args, { signal: 'SIGTERM', when: 'epoch 1/3: 2/' })
    expect(ended.code).toBe(143)
    const [step] = readdirSync(join(run, 'unfinished'))
    expect(Number(step.replace('step-', ''))).toBeGreaterThanOrEqual(2)
    expect((await runCommand(args)).stdout).toContain(`Continuing after step ${step.replace('step-', '')}, epoch 1`)
  })

  it('and started twice, trains once; the second says which process does', async () => {
    const run = newRun()
    const first = spawn(process.execPath, [bin, ...trainArgs(run)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    for await (const chunk of first.stdout) {
      said += chunk
      if (said.includes('compiling')) break
    }
    const second = await runCommand(trainArgs(run))
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`received process ${first.pid} on ${hostname()}, which trains since`)
    first.kill('SIGKILL')
    await once(first, 'exit')
    expect((await runCommand(trainArgs(run))).code).toBe(0)
  })

  it('by Ctrl-C, ends with exit code 130 and says how to go on', async () => {
    const run = newRun()
    const ended = await runCommand(trainArgs(run), { signal: 'SIGINT', when: 'epoch 1/3: 1/' })
    expect(ended.code).toBe(130)
    expect(ended.stderr).toBe('mammokit-trainer: stopped by SIGINT. Run the same command again to continue.\n')
    expect(readdirSync(join(run, 'unfinished'))).toHaveLength(1)
  })
})
