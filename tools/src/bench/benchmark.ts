/**
 * How a speed is measured here: we and each peer do the same work in turn (A B A B ...), every round gives one ratio,
 * and the median of the ratios is the result. On a shared machine a time alone says little; a ratio within one run does.
 */
import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'

/** One program that does the benchmark's work. */
export interface Contender {
  readonly name: string
  /** Does the work once and returns the seconds that it took, its own start-up and warm-up left out. */
  round(): Promise<number>
  close(): Promise<void>
}

/** A peer that this machine does not have, and why. */
export interface MissingPeer {
  readonly name: string
  readonly reason: string
}

export interface Benchmark {
  readonly name: string
  /** What is worked on, for the reader of the result: sizes, counts, threads. */
  readonly shape: string
  readonly rounds: number
  /** What one round does, where the table is to say how much of it a contender does in a second. */
  readonly work?: { readonly amount: number; readonly unit: string }
  ours(): Promise<Contender>
  readonly peers: readonly (() => Promise<Contender | MissingPeer>)[]
}

/** The last line that a benchmark prints; seconds are medians, `ratio` is peer seconds / our seconds. */
export interface BenchmarkResult {
  readonly bench: string
  readonly ours: number
  readonly peers: Readonly<Record<string, number>>
  readonly ratio: Readonly<Record<string, number>>
  readonly missing: Readonly<Record<string, string>>
  readonly machine: string
  readonly shape: string
}

/** Milliseconds after which the last contender's idle threads have stopped to spin and take no time from the next one's. */
const spinning = 300

/** Runs a benchmark: one warm-up round each, then `rounds` rounds in turn. */
export async function measure(benchmark: Benchmark, onRound: (line: string) => void): Promise<BenchmarkResult> {
  const contenders: Contender[] = [await benchmark.ours()]
  const missing: Record<string, string> = {}
  for (const start of benchmark.peers) {
    const peer = await start()
    if ('round' in peer) contenders.push(peer)
    else missing[peer.name] = peer.reason
  }
  const seconds = contenders.map((): number[] => [])
  try {
    for (const contender of contenders) await contender.round()
    for (let round = 0; round < benchmark.rounds; round++) {
      for (const [i, contender] of contenders.entries()) {
        await setTimeout(spinning)
        seconds[i].push(await contender.round())
      }
      onRound(
        `round ${round + 1} of ${benchmark.rounds}: ${contenders.map((c, i) => `${c.name} ${seconds[i][round].toFixed(4)} s`).join(', ')}`,
      )
    }
  } finally {
    for (const contender of contenders) await contender.close()
  }
  const [ours, ...peers] = seconds
  const byPeer = (figure: (times: number[]) => number) =>
    Object.fromEntries(peers.map((times, i) => [contenders[i + 1].name, figure(times)]))
  return {
    bench: benchmark.name,
    ours: median(ours),
    peers: byPeer(median),
    ratio: byPeer((times) => median(times.map((time, round) => time / ours[round]))),
    missing,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`,
    shape: benchmark.shape,
  }
}

/** The middle value; the mean of the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
