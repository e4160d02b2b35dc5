import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { makeHandMadeRun } from './hand-made-run.ts'

const program = fileURLToPath(new URL('../bin/mammokit.js', import.meta.url))

function run(...options: string[]) {
  // Node warns on stderr where a runner sets FORCE_COLOR beside the user's NO_COLOR.
  const env = { ...process.env, FORCE_COLOR: undefined }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...options], { encoding: 'utf8', env })
  return { status, stdout, stderr }
}

test('--help lists the commands, and a command its options with their defaults, and both exit with 0', () => {
  const all = run('--help')
  expect(all.status).toBe(0)
  for (const name of ['predict', 'select', 'test', 'report']) expect(all.stdout).toContain(`  ${name} [options]`)
  const select = run('select', '--help')
  expect(select.status).toBe(0)
  expect(select.stdout).toMatch(/--resamples <n> .*default:\s+1000\)/s)
})

test('a command that succeeds exits with 0 and prints plain lines in a pipe', async () => {
  const { run: folder, data } = await makeHandMadeRun([
    [
      { patientId: '1', target: 1, probabilities: [0.9] },
      { patientId: '2', target: 0, probabilities: [0.2] },
    ],
  ])
  const { status, stdout, stderr } = run(
    'select',
    '--run',
    folder,
    '--data',
    data,
    '--rule',
    'reference',
    '--resamples',
    '20',
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain('Selected epoch-001 at threshold 0.5500')
  expect(stdout).not.toContain('\x1b')
  expect(JSON.parse(readFileSync(join(folder, 'selection.json'), 'utf8')).threshold).toBeCloseTo(0.55, 12)
})

test('a failure exits with 1 and one line on stderr that says what to do', () => {
  const { status, stderr } = run('select', '--run', 'nowhere')
  expect(status).toBe(1)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toMatch(/^mammokit-evaluator: Expected a file nowhere\/config\.json but received ENOENT\./)
})

test.each([
  [['select', '--run', 'x', '--resamples', 'many'], 'integer from 1 to 10000000 for --resamples but received "many"'],
  [['predict'], 'for --run but received nothing'],
  [['predict', '--run', 'x', '--subset', 'all'], 'Expected train, val or test for --subset but received "all"'],
  [['predict', '--run', 'x', '--nonsense'], "unknown option '--nonsense'"],
  [['unknown'], "unknown command 'unknown'"],
])('wrong usage exits with 2: %s', (options, text) => {
  const { status, stderr } = run(...options)
  expect(status).toBe(2)
  expect(stderr).toContain(text)
})

test.each(['stdout', 'stderr', 'both'])('selects although nobody reads %s any more', async (closed) => {
  const { run: folder, data } = await makeHandMadeRun([
    [
      { patientId: '1', target: 1, probabilities: [0.9] },
      { patientId: '2', target: 0, probabilities: [0.2] },
    ],
  ])
  const args = [program, 'select', '--run', folder, '--data', data, '--rule', 'reference', '--resamples', '20']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  for (const name of ['stdout', 'stderr'] as const) {
    if (closed === name || closed === 'both') child[name].destroy()
    else child[name].resume()
  }
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(JSON.parse(readFileSync(join(folder, 'selection.json'), 'utf8')).threshold).toBeCloseTo(0.55, 12)
})

test('a report of an error that nobody reads still ends with its exit code', async () => {
  const child = spawn(process.execPath, [program, 'select', '--run', 'nowhere'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  child.stderr.destroy()
  expect(await once(child, 'exit')).toEqual([1, null])
})

test('SIGTERM stops the bootstrap: exit code 143 and one line', async () => {
  const { run: folder, data } = await makeHandMadeRun([
    Array.from({ length: 40 }, (_, i) => ({ patientId: `${i}`, target: (i % 2) as 0 | 1, probabilities: [i / 40] })),
  ])
  const args = [program, 'select', '--run', folder, '--data', data, '--resamples', '10000000']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGTERM'), 300))
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  expect(await once(child, 'close')).toEqual([143, null])
  expect(stderr).toBe('mammokit-evaluator: stopped by SIGTERM. Run the same command again to continue.\n')
})
