/** What docker/ runs: commands and flags that exist, with the memory that they were measured to need. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands as evaluatorCommands } from '../../apps/evaluator/src/commands.ts'
import { commands as trainerCommands } from '../../apps/trainer/src/commands.ts'
import { workspaceRoot } from '../src/packages/pack.ts'

const read = (path: string) => readFileSync(join(workspaceRoot, path), 'utf8')
const files = readdirSync(join(workspaceRoot, 'docker'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(yaml|sbatch)$/.test(path))
  .map((path) => ({ path, text: read(join('docker', path)) }))

const called = /apps\/(trainer|evaluator)\/bin\/mammokit\.js ([a-z-]+)([^&\n]*)/g
const composed = /<<: \*(trainer|evaluator)\n(?:(?! {2}[a-z-]+:\n).*\n)*? {4}command: \[([a-z-]+), (.*)\]/g
const calls = files.flatMap(({ path, text }) =>
  [...text.matchAll(called), ...text.matchAll(composed)].map(([, app, name, args]) => ({ path, app, name, args })),
)

describe('docker/', () => {
  it('calls commands of the two programs, with flags that they have', () => {
    expect(calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['download', 'extract-rois', 'train', 'report']),
    )
    for (const { path, app, name, args } of calls) {
      const command = (app === 'trainer' ? trainerCommands : evaluatorCommands).find((one) => one.name === name)
      const known = Object.values(command?.flags ?? {}).map((flag) => flag.split(' ')[0])
      const given = [...args!.matchAll(/--[a-z-]+/g)].map(([flag]) => flag)
      expect(given.length, path).toBeGreaterThan(0)
      expect(known, `${path}: ${name}`).toEqual(expect.arrayContaining(given))
    }
  })

  it('makes as many shards as the jobs have tasks, also where some are submitted again', () => {
    const sbatch = read('docker/slurm/extract-rois.sbatch')
    const job = read('docker/kubernetes/extract-rois/job.yaml')
    const shards = [sbatch, job].map((text) => Number(/ --shard auto\/(\d+) /.exec(text)?.[1]))
    expect(shards).toEqual([
      Number(/^#SBATCH --array=0-(\d+)$/m.exec(sbatch)?.[1]) + 1,
      Number(/^ +completions: (\d+)$/m.exec(job)?.[1]),
    ])
  })

  it('starts the service, and asks for its health, with flags that it has', () => {
    const known = Object.values(evaluatorCommands.find(({ name }) => name === 'serve')!.flags)
    const texts = ['docker/Dockerfile', 'docker/kubernetes/serve/deployment.yaml'].map(read)
    const given = texts.map((text) => [
      ...text
        .split('AS serve')
        .at(-1)!
        .matchAll(/(?<=")--[a-z-]+(?=")|(?<=- )--[a-z-]+(?==)/g),
    ])
    for (const flags of given) {
      expect(flags.length).toBeGreaterThan(4)
      for (const [flag] of flags) expect(known.map((one) => one.split(' ')[0])).toContain(flag)
    }
    expect(texts[0]).toMatch(/HEALTHCHECK .*\\\n +CMD \[.*"serve", "--check", /)
    expect(texts[1]!.match(/httpGet: \{ path: \/healthz, /g)).toHaveLength(2)
  })

  it('trains in several processes with flags that train has, and one process for each worker', () => {
    const job = read('docker/kubernetes/train-mpi/mpijob.yaml')
    const known = Object.values(trainerCommands.find(({ name }) => name === 'train')!.flags)
    const given = [...job.split('- train\n')[1]!.matchAll(/(?<=- )--[a-z-]+(?==)/g)].map(([flag]) => flag)
    expect(given.length).toBeGreaterThan(4)
    expect([...known.map((flag) => flag.split(' ')[0]), '--option']).toEqual(expect.arrayContaining(given))
    const [processes, workers, batch] = [/- -n\n +- '(\d+)'/, /Worker:\n +replicas: (\d+)/, /--batch-size=(\d+)/].map(
      (pattern) => Number(pattern.exec(job)?.[1]),
    )
    expect(processes).toBe(workers)
    // Each process has the default batch, whose memory is measured.
    expect(batch).toBe(8 * processes!)
    expect(job).toContain('memory: 16Gi')
  })

  it('gives training the memory that the default batch took in docs/benchmarks.md', () => {
    const gigabytes = Number(/^\| 8 \(the default\) \|.*\| ([\d.]+) GB \|$/m.exec(read('docs/benchmarks.md'))?.[1])
    const job = read('docker/kubernetes/train-folds/job.yaml')
    const sizes = [
      ...[...job.matchAll(/memory: (\d+)Gi/g)].map(([, size]) => Number(size)),
      Number(/^#SBATCH --mem=(\d+)G$/m.exec(read('docker/slurm/train-folds.sbatch'))?.[1]),
    ]
    expect(sizes).toHaveLength(3)
    for (const size of sizes) expect(size * 1.024 ** 3).toBeGreaterThan(gigabytes)
  })
})
