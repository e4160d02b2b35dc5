/**
 * The processes that train one run together, each on its part of every batch (synchronous data parallelism).
 *
 * All of them do the same in the same order. Before values of several processes meet, the processes agree that each came so far: one that
 * fails tells the others in place of its values, so that all end, the first one with a checkpoint, instead of waiting for it.
 */
import { type CommandContext, silentProgress } from '@mammokit/command-line'
import { type Addends, type ProcessGroup, singleProcess } from '@mammokit/process-group'
import { TrainerError } from '../trainer-error.ts'

export interface Ranks {
  /** Of this process, from 0. The first one writes the run and the lines on the terminal. */
  readonly rank: number
  readonly size: number
  /** Silent but in the first process. Its signal aborts in all processes between the same two steps, whichever was told to stop. */
  readonly context: CommandContext
  /** Replaces the values by their sums over all processes. @throws TrainerError `process-failed` */
  sum(values: readonly Addends[]): Promise<void>
  /** Replaces the values by those of the first process. @throws TrainerError `process-failed` */
  broadcast(values: readonly ArrayBufferView<ArrayBuffer>[]): Promise<void>
  /** What the first process has, as JSON carries it. @throws TrainerError `process-failed` */
  share<Value>(value: Value): Promise<Value>
  /** The items, each once all processes have theirs; all have the same number. @throws TrainerError `process-failed` */
  each<Item>(items: AsyncIterable<Item>): AsyncIterable<Item>
}

/** The ranks of a process that trains alone. */
export function oneRank(context: CommandContext): Ranks {
  return createRanks(singleProcess(), context).ranks
}

/**
 * Does work that all processes do together; where it fails in one, it fails in all.
 *
 * @throws TrainerError `process-failed` for the error of another process; whatever `work` throws
 */
export async function withRanks<Result>(
  group: ProcessGroup,
  context: CommandContext,
  work: (ranks: Ranks) => Promise<Result>,
): Promise<Result> {
  const { ranks, agree, tellFailure } = createRanks(group, context)
  try {
    const result = await work(ranks)
    await agree()
    return result
  } catch (error) {
    await tellFailure()
    throw error
  }
}

function createRanks(group: ProcessGroup, context: CommandContext) {
  const { rank, size } = group
  const stop = new AbortController()
  let isEnding = false

  /** What each process says: whether it was told to stop, and whether it failed. */
  async function exchange(hasFailed: boolean): Promise<number> {
    const state = new Float64Array(1 + size)
    state[0] = Number(context.signal?.aborted ?? false)
    state[1 + rank] = Number(hasFailed)
    await group.sum(state)
    const failed = state.findIndex((value, index) => index > 0 && value > 0) - 1
    if (state[0] > 0 && !stop.signal.aborted) {
      stop.abort(context.signal?.aborted ? context.signal.reason : otherStopped(size))
    }
    isEnding ||= failed >= 0
    return failed
  }

  async function agree(): Promise<void> {
    if (size === 1) return
    const failed = await exchange(false)
    if (failed >= 0) throw otherFailed(failed, size)
  }

  async function tellFailure(): Promise<void> {
    // All know of a failure that they agreed on. Of a stop too, but one may fail before the others see to it: each says that it ends.
    if (size > 1 && !isEnding) await exchange(true).catch(() => undefined)
  }

  async function broadcast(values: readonly ArrayBufferView<ArrayBuffer>[]): Promise<void> {
    await agree()
    await Promise.all(values.map((value) => group.broadcast(value)))
  }

  const ranks: Ranks = {
    rank,
    size,
    context: size === 1 ? context : { signal: stop.signal, progress: rank === 0 ? context.progress : silentProgress },
    async sum(values) {
      await agree()
      await Promise.all(values.map((value) => group.sum(value)))
    },
    broadcast,
    async share(value) {
      if (size === 1) return value
      const own = new TextEncoder().encode(JSON.stringify(value))
      const length = Float64Array.of(own.length)
      await broadcast([length])
      const bytes = rank === 0 ? own : new Uint8Array(length[0])
      await broadcast([bytes])
      return JSON.parse(new TextDecoder().decode(bytes))
    },
    each: (items) => (size === 1 ? items : eachAgreed(items, agree)),
  }
  return { ranks, agree, tellFailure }
}

async function* eachAgreed<Item>(items: AsyncIterable<Item>, agree: () => Promise<void>): AsyncGenerator<Item> {
  for await (const item of items) {
    await agree()
    yield item
  }
  await agree()
}

function otherFailed(rank: number, size: number): TrainerError {
  const message = `Expected all ${size} processes to train but process ${rank} failed, and says why. Start all again to continue.`
  return new TrainerError('process-failed', message, { rank, size })
}

function otherStopped(size: number): TrainerError {
  const message = `Expected all ${size} processes to train but another one was told to stop. Run the same command again to continue.`
  return new TrainerError('process-failed', message, { size })
}
