/** Kills a small training again and again, at any moment and while a checkpoint is written or removed, and compares what it ends with. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { workspaceRoot } from '../packages/pack.ts'

export interface KillTrainingOptions {
  /** Holds the data and the runs. */
  readonly folder: string
  readonly kills: number
  readonly say?: (line: string) => void
}

export interface KillTrainingResult {
  /** Kills by signal and place: `SIGKILL in a checkpoint`. */
  readonly kills: ReadonlyMap<string, number>
  /** Runs that were killed and then finished. */
  readonly runs: number
  /** Files that differ from those of the undisturbed run, of all runs. */
  readonly differences: readonly string[]
}

const config = {
  workers: 1,
  threads: 1,
  phantom: { patients: 8, prevalence: 0.5, height: 128 },
  image: { height: 64, width: 32 },
  split: { folds: 2, testFraction: 0.2, validationFraction: 0.3 },
  model: { layers: [1, 1, 1, 1], channels: [8, 16, 16, 32], cardinality: 2, baseWidth: 8, stemWidth: 8 },
  training: { batchSize: 4, epochs: 3, lr: 1e-3, logEvery: 1, saveEvery: 1, emaDecay: 0.9 },
}
const bin = join(workspaceRoot, 'apps', 'trainer', 'bin', 'mammokit.js')
const killAt = new URL('../../dist/training/kill-at.js', import.meta.url).href

/**
 * Kills, restarts, and compares all bytes with a run that nobody disturbed.
 *
 * @throws Error with what the command said, where a restart needs a person.
 */
export async function killTraining({
  folder,
  kills,
  say = () => {},
}: KillTrainingOptions): Promise<KillTrainingResult> {
  const configPath = join(folder, 'config.json')
  writeFileSync(configPath, JSON.stringify(config))
  const common = ['--config', configPath, '--data', join(folder, 'data')]
  for (const command of ['phantom', 'extract-rois', 'split']) await finish(start([command, ...common]))
  const train = (run: string, env: Record<string, string> = {}) => start(['train', ...common, '--run', run], env)
  const whole = join(folder, 'whole')
  const begun = performance.now()
  await finish(train(whole))
  const wholeMs = performance.now() - begun
  say(`undisturbed: ${(wholeMs / 1000).toFixed(1)} s`)

  const counts = new Map<string, number>()
  const differences: string[] = []
  let runs = 0
  for (let done = 0; done < kills; runs++) {
    const run = join(folder, `killed-${runs}`)
    for (let isFinished = false; !isFinished && done < kills; ) {
      // Every third kill in a checkpoint, the others at any moment; both signals in turn.
      const signal = Math.floor(done / 3) % 2 === 0 ? 'SIGKILL' : 'SIGTERM'
      const isAimed = done % 3 === 2
      const env = isAimed ? { KILL_AT: `${1 + Math.floor(60 * Math.random())}`, KILL_SIGNAL: signal } : {}
      const child = train(run, env as Record<string, string>)
      const timer = isAimed ? undefined : new AbortController()
      if (timer) {
        const at = wholeMs * Math.random()
        void setTimeout(at, undefined, { signal: timer.signal }).then(
          () => child.kill(signal),
          () => undefined,
        )
      }
      const ended = await end(child)
      timer?.abort()
      isFinished = ended.code === 0
      if (isFinished) continue
      if (ended.signal !== signal && ended.code !== 143) throw new Error(`A restart needs a person: ${ended.text}`)
      const place = `${signal} ${isAimed ? 'in a checkpoint' : 'at any moment'}`
      counts.set(place, (counts.get(place) ?? 0) + 1)
      say(`kill ${++done}: ${place}, run ${runs}; last line: ${ended.text.trim().split('\n').at(-1)}`)
    }
    await finish(train(run))
    differences.push(...compareRuns(whole, run).map((path) => `run ${runs}: ${path}`))
  }
  return { kills: counts, runs, differences }
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const preload = 'KILL_AT' in env ? ['--import', killAt] : []
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
  return spawn(process.execPath, [...preload, bin, ...args], {
    stdio,
    env: { ...process.env, FORCE_COLOR: '', ...env },
  })
}

async function end(child: ChildProcess): Promise<{ code: number | null; signal: string | null; text: string }> {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk
    })
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, text }
}

async function finish(child: ChildProcess): Promise<void> {
  const { code, text } = await end(child)
  if (code !== 0) throw new Error(`A command that nobody disturbed ended with ${code}: ${text}`)
}

/** Paths whose bytes differ; of the event file, which holds the clock, its length; timings.jsonl holds nothing else. */
function compareRuns(expected: string, received: string): string[] {
  const [one, other] = [readAll(expected), readAll(received)]
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path))
}

function readAll(root: string): Map<string, string> {
  const all = readdirSync(root, { recursive: true, withFileTypes: true })
  const entries = all.filter(({ name }) => name !== 'timings.jsonl')
  return new Map(
    entries.map((entry) => {
      const path = resolve(entry.parentPath, entry.name)
      const isClocked = entry.name.startsWith('events.out')
      const bytes = entry.isFile() ? readFileSync(path) : Buffer.alloc(0)
      return [relative(root, path), isClocked ? `${bytes.length} bytes` : bytes.toString('base64')]
    }),
  )
}
