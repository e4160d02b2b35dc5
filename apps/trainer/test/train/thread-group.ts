/** Processes of a group as threads of this one, which adds their values up in the order of their ranks. */
import { Worker } from 'node:worker_threads'
import type { Config } from '../../src/config/config.ts'

export interface RankEnd {
  readonly steps?: number
  readonly code?: string
  readonly message?: string
}

interface Asked {
  readonly id: number
  readonly kind: 'sum' | 'broadcast'
  readonly type: 'Float32Array' | 'Float64Array' | 'Uint8Array'
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface RankChanges {
  /** File that is gone from the first update on. */
  readonly remove?: string
}

/** Trains in `size` processes; `changes` are those of single ranks. */
export async function trainInThreads(
  config: Config,
  size: number,
  changes: Readonly<Record<number, RankChanges>> = {},
): Promise<RankEnd[]> {
  const waiting = new Map<number, { readonly rank: number; readonly asked: Asked }[]>()
  const workers = Array.from(
    { length: size },
    (_, rank) =>
      new Worker(new URL('./rank-thread.mjs', import.meta.url), {
        workerData: { rank, size, config, ...changes[rank] },
        execArgv: [],
      }),
  )
  const answer = (id: number, calls: readonly { readonly rank: number; readonly asked: Asked }[]) => {
    const all = [...calls].sort((a, b) => a.rank - b.rank).map(({ asked }) => asked)
    const kinds = new Set(all.map(({ kind, bytes }) => `${kind} of ${bytes.length} bytes`))
    if (kinds.size > 1) throw new Error(`Expected one call of all processes but received ${[...kinds].join(', ')}.`)
    const bytes = all[0].kind === 'broadcast' ? all[0].bytes : sumOf(all)
    for (const worker of workers) worker.postMessage({ id, bytes })
  }
  return Promise.all(
    workers.map(
      (worker, rank) =>
        new Promise<RankEnd>((resolve, reject) => {
          worker.on('error', reject)
          worker.on('message', (message: Asked | RankEnd) => {
            if (!('kind' in message)) return resolve(message)
            const calls = [...(waiting.get(message.id) ?? []), { rank, asked: message }]
            waiting.set(message.id, calls)
            try {
              if (calls.length === size) answer(message.id, calls)
            } catch (error) {
              reject(error)
            }
          })
        }),
    ),
  )
}

function sumOf(all: readonly Asked[]): Uint8Array {
  const arrays = all.map(({ type, bytes: { buffer } }) =>
    type === 'Float64Array' ? new Float64Array(buffer) : new Float32Array(buffer),
  )
  const sum = arrays[0].slice()
  for (const values of arrays.slice(1)) for (const [index, value] of values.entries()) sum[index] += value
  return new Uint8Array(sum.buffer)
}
