/** How worker threads are ended. */
import type { Piscina } from 'piscina'

/**
 * Prepares the end of a pool that was just made: the function waits until each thread has loaded its file, then ends them.
 *
 * Node 20 aborts the whole process ("v8::Module::IsGraphAsync must be used on an instantiated module") where a thread is ended while it loads
 * its modules.
 */
export function prepareEnd(pool: Pick<Piscina, 'threads' | 'destroy'>): () => Promise<void> {
  const loaded = pool.threads.map(
    (thread) =>
      new Promise<void>((resolve) => {
        // Piscina's first message from a thread says that it is ready.
        for (const event of ['message', 'error', 'exit']) thread.once(event, () => resolve())
      }),
  )
  return async () => {
    for (const thread of pool.threads) thread.ref() // or the process could end while this waits
    await Promise.all(loaded)
    await pool.destroy()
  }
}
