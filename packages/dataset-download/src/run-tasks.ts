/** Runs tasks side by side, `atOnce` of them at most; the first error stops the others, which are awaited. */
export async function runTasks<Task>(
  tasks: readonly Task[],
  atOnce: number,
  stop: AbortController,
  run: (task: Task) => Promise<void>,
): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < tasks.length) {
      stop.signal.throwIfAborted()
      await run(tasks[next++])
    }
  }
  const guarded = async () => {
    try {
      await work()
    } catch (error) {
      stop.abort(error)
      throw error
    }
  }
  const results = await Promise.allSettled(Array.from({ length: Math.min(atOnce, tasks.length) }, guarded))
  // The others fail with the first one's error, or because of it.
  if (results.some(({ status }) => status === 'rejected')) throw stop.signal.reason
}
