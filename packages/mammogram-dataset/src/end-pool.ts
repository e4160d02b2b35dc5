/** How worker threads are ended. */
import type { Worker } from 'node:worker_threads'
import type { Piscina } from 'piscina'

/**
 * Prepares the end of a pool that was just made: the function waits until each thread has loaded its file, then ends them.
 *
 * Node 20 aborts the whole process ("v8::Module::IsGraphAsync must be used on an instantiated module") where a thread is ended while it loads
 * its modules.
 */
export function prepareEnd(pool: Pick<Piscina, 'threads' | 'destroy' | 'on'>): () => Promise<void> {
  const threads = new Map<Worker, Promise<void>>()
  const watch = () => {
    for (const thread of pool.threads) if (!threads.has(thread)) threads.set(thread, loadingOf(thread))
  }
  watch()
  // The pool replaces a thread that is lost as soon as it has said so.
  pool.on('workerDestroy', () => queueMicrotask(watch))
  return async () => {
    // Threads that come to the map during the loop are waited for as well.
    for (const [thread, loading] of threads) {
      thread.ref() // or the process could end while this waits
      await loading
    }
    await pool.destroy()
  }
}

/** Until Piscina's first message from a thread, which says that it is ready, or until the thread's end. */
function loadingOf(thread: Worker): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['message', 'error', 'exit']) thread.once(event, () => resolve())
  })
}
