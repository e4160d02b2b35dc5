/** A download of a synthetic ZIP64 archive from this machine to its disk: 60,000 files, 10 GB, and the memory that it takes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Benchmark, Contender } from './benchmark.ts'

const images = 60_000
const imageBytes = 190_000
const connections = 4

export const download: Benchmark = {
  name: 'download',
  shape: `${images} files in a ZIP64 archive of 10 GB, from a server on this machine to its disk, ${connections} connections`,
  rounds: 1,
  work: { amount: 10_000, unit: 'MB' },
  ours: async () => startDownload(),
  peers: [],
}

function startDownload(): Contender {
  // The warm-up is a hundredth of the work.
  let share = 0.01
  return {
    name: 'dataset-download',
    async round() {
      const server = spawnProgram('archive-server.js', Math.round(images * share), imageBytes)
      const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), 'mammokit-bench-'))
      try {
        const { endpoint, size } = await firstLine(server)
        const { seconds, cpuSeconds, peakBytes } = await firstLine(spawnDownload(String(endpoint), join(folder, 'raw')))
        const figures = [Number(size) / 1e9, Number(seconds), Number(cpuSeconds), Number(peakBytes) / 1e6]
        const [gigabytes, wall, cpu, peak] = figures.map((figure) => figure.toFixed(figure < 10 ? 2 : 0))
        console.log(`  ${gigabytes} GB in ${wall} s, ${cpu} CPU seconds, peak memory ${peak} MB`)
        share = 1
        return Number(seconds)
      } finally {
        server.stdin?.end()
        await rm(folder, { recursive: true, force: true })
      }
    },
    close: async () => undefined,
  }
}

/** In a process of its own, so that its memory is its own. */
function spawnDownload(endpoint: string, to: string): ChildProcess {
  const options = { source: { competition: 'rsna-breast-cancer-detection' }, to, endpoint, connections }
  const credentials = { authorization: 'Bearer none', origin: 'bench', readableByOthers: false }
  const script = `
    import { downloadDataset } from ${JSON.stringify(import.meta.resolve('@mammokit/dataset-download'))}
    const start = performance.now()
    const { fetched, damaged } = await downloadDataset(${JSON.stringify({ ...options, credentials })})
    const seconds = (performance.now() - start) / 1000
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
    console.log(JSON.stringify({ fetched, damaged: damaged.length, seconds, cpuSeconds, peakBytes: maxRSS * 1024 }))`
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
}

function spawnProgram(name: string, ...args: readonly number[]): ChildProcess {
  const path = fileURLToPath(new URL(name, import.meta.url))
  return spawn(process.execPath, [path, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function firstLine({ stdout }: ChildProcess): Promise<Record<string, unknown>> {
  if (stdout === null) throw new Error('Expected a process with an output but received one without.')
  const [line] = await once(createInterface(stdout), 'line')
  return JSON.parse(line)
}
