/** Entry of a worker thread; each takes one core: sharp and its cache must not take others. */
import sharp from 'sharp'
import { type ExtractionOutcome, type ExtractionTask, extractTogether } from './extraction-task.ts'

sharp.concurrency(1)
sharp.cache(false)

/** Piscina calls the export named in its `name` option. */
export function run(task: ExtractionTask): Promise<ExtractionOutcome[]> {
  return extractTogether(task)
}
