/** What the processes of a group do together, whatever connects them. */

/** Arrays that are added up. */
export type Addends = Float32Array | Float64Array

/**
 * Processes that work as one, each with a rank. All of them call the same functions in the same order; a call ends when the
 * values of all have come. Do not read or change an array before its promise settles.
 */
export interface ProcessGroup {
  /** Of this process, 0 to `size` - 1. */
  readonly rank: number
  /** How many processes there are. */
  readonly size: number
  /** What connects them, such as Open MPI v4.1.4; null for a process that is alone. */
  readonly library: string | null
  /** Replaces the values by their sums over all processes: the same bits in each; of two processes, in any order, exactly a + b. */
  sum(values: Addends): Promise<void>
  /** Replaces the values by those of rank 0. */
  broadcast(values: ArrayBufferView<ArrayBuffer>): Promise<void>
  /** Ends all processes at once, with an exit code: for an error that the others do not know of. */
  abort(exitCode: number): void
  /** Takes this process out of the group, once all have called it; nothing can be called afterward. */
  leave(): Promise<void>
}

/** The group of a process that was started alone: every sum is its own. */
export function singleProcess(): ProcessGroup {
  return {
    rank: 0,
    size: 1,
    library: null,
    async sum() {},
    async broadcast() {},
    abort(exitCode) {
      process.exit(exitCode)
    },
    async leave() {},
  }
}
