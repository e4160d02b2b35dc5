/** The group of all processes that MPI started, MPI_COMM_WORLD. */
import type { MpiLibrary, NativeFunction } from './mpi-library.ts'
import type { Addends, ProcessGroup } from './process-group.ts'
import { ProcessGroupError } from './process-group-error.ts'

/** MPI_THREAD_SERIALIZED: calls come from any thread, one at a time. */
const serialized = 2

/** Elements of one call, whose count is an int of 32 bits. */
const maxCount = 2 ** 30

/**
 * Starts MPI in this process.
 *
 * @param timeoutMs how long a call waits for the other processes
 * @throws {ProcessGroupError} `mpi-failed`
 */
export function openMpiGroup(mpi: MpiLibrary, timeoutMs: number): ProcessGroup {
  start(mpi)
  // Node would end the threads of the calls, which still have to do with parts of Open MPI that MPI_Finalize unloaded: over TCP, a
  // segmentation fault. Without that the process ends at once.
  process.once('exit', (code) => process.exit(code))
  const [rank, size] = ['MPI_Comm_rank', 'MPI_Comm_size'].map((name) => {
    const result = new Int32Array(1)
    check(name, mpi.bind(name, ['comm', 'void *'])(mpi.world, result))
    return result[0]
  })
  const allReduce = mpi.bind('MPI_Allreduce', ['void *', 'void *', 'int', 'type', 'op', 'comm'])
  const bcast = mpi.bind('MPI_Bcast', ['void *', 'int', 'type', 'int', 'comm'])
  let queue: Promise<unknown> = Promise.resolve()
  let state: 'open' | 'broken' | 'left' = 'open'

  /** One call after the other, each on a thread of its own, so that this one goes on reading images. */
  function enqueue(name: string, work: () => Promise<void>): Promise<void> {
    const result = queue.then(async () => {
      if (state !== 'open') throw closed(state)
      try {
        await within(timeoutMs, work(), () => late(name, size, timeoutMs))
      } catch (error) {
        state = 'broken'
        throw error
      }
    })
    queue = result.catch(() => undefined)
    return result
  }

  return {
    rank,
    size,
    library: mpi.version,
    sum(values) {
      const type = values instanceof Float64Array ? mpi.types.double : mpi.types.float
      return enqueue('sum', async () => {
        for (const part of partsOf(values))
          await call('MPI_Allreduce', allReduce, [mpi.inPlace, part, part.length, type, mpi.sum, mpi.world])
      })
    },
    broadcast({ buffer, byteOffset, byteLength }) {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength)
      return enqueue('broadcast', async () => {
        for (const part of partsOf(bytes))
          await call('MPI_Bcast', bcast, [part, part.length, mpi.types.byte, 0, mpi.world])
      })
    },
    abort(exitCode) {
      // MPI is left as it is: a call may be waiting in it.
      if (state === 'left') process.exit(exitCode)
      mpi.bind('MPI_Abort', ['comm', 'int'])(mpi.world, exitCode)
    },
    async leave() {
      await queue
      if (state !== 'open') return
      state = 'left'
      check('MPI_Finalize', mpi.bind('MPI_Finalize', [])())
    },
  }
}

function start(mpi: MpiLibrary): void {
  const provided = new Int32Array(1)
  const initialize = mpi.bind('MPI_Init_thread', ['void *', 'void *', 'int', 'void *'])
  check('MPI_Init_thread', initialize(null, null, serialized, provided))
  if (provided[0] >= serialized) return
  throw new ProcessGroupError(
    'mpi-failed',
    `Expected MPI_THREAD_SERIALIZED (2) or more of ${mpi.version} but received ${provided[0]}. Use a build of MPI with threads.`,
    { version: mpi.version, provided: provided[0] },
  )
}

function call(name: string, fn: NativeFunction, args: readonly unknown[]): Promise<void> {
  return new Promise((resolve, reject) => {
    fn.async(...args, (error: Error | null, result: number) => {
      try {
        if (error) throw error
        check(name, result)
        resolve()
      } catch (fault) {
        reject(fault)
      }
    })
  })
}

/** MPI ends the process by itself where its default error handler is in place. */
function check(name: string, result: number): void {
  if (result === 0) return
  throw new ProcessGroupError(
    'mpi-failed',
    `Expected success of ${name} but received error ${result}. See what MPI wrote before.`,
    { name, result },
  )
}

function* partsOf<Values extends Addends | Uint8Array>(values: Values): Generator<Values> {
  for (let first = 0; first < values.length; first += maxCount) yield values.subarray(first, first + maxCount) as Values
}

async function within(timeoutMs: number, work: Promise<void>, fault: () => Error): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(fault()), timeoutMs)
  })
  try {
    await Promise.race([work, end])
  } finally {
    clearTimeout(timer)
  }
}

function late(name: string, size: number, timeoutMs: number): ProcessGroupError {
  const seconds = timeoutMs / 1000
  return new ProcessGroupError(
    'timed-out',
    `Expected all ${size} processes to reach the same ${name} within ${seconds} s but received no answer of some. Look for one that ended or hangs, and start all again.`,
    { name, size, seconds },
  )
}

function closed(state: 'broken' | 'left'): ProcessGroupError {
  const received = state === 'left' ? 'one that this process left' : 'one in which a call failed'
  return new ProcessGroupError(
    'left',
    `Expected an open group of processes but received ${received}. Start the processes again.`,
    { state },
  )
}
