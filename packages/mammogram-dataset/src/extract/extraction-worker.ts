/** Entry of a worker thread; each takes one core: sharp and its cache must not take others. */
import type { MessagePort } from 'node:worker_threads'
import { loadDetector } from '@mammokit/mammogram-preprocess'
import sharp from 'sharp'
import { type ExtractionOutcome, type ExtractionTask, extractTogether } from './extraction-task.ts'

sharp.concurrency(1)
sharp.cache(false)

/** A task, and a port on which the thread says that the time of its files begins. */
export interface TimedTask extends ExtractionTask {
  readonly started: MessagePort
}

/** Piscina calls the export named in its `name` option. */
export async function run({ started, ...task }: TimedTask): Promise<ExtractionOutcome[]> {
  // A detector that cannot be loaded is reported for each file.
  if (task.options.detector) await loadDetector(task.options.detector).catch(() => undefined)
  started.postMessage('started')
  return extractTogether(task)
}
