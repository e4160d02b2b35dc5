/**
 * What a run writes while it goes: metrics.jsonl (a line per logging step and per epoch), and beside it a TensorBoard event file, and
 * timings.jsonl with what depends on the clock.
 *
 * All only grow. A checkpoint notes how long the first two were; a resumed run cuts them there and goes on, so that metrics.jsonl, which
 * holds no clock, ends with the same bytes as if the run had never been stopped.
 */
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { explainFileError } from '@mammokit/atomic-files'
import { runPaths } from '../run-paths.ts'
import type { RunLogPosition } from '../schema/trainer-state.ts'
import { encodeFileVersion, encodeScalars } from './event-file.ts'
import { keepEvents, keepMetrics } from './kept-log.ts'

/** The log of an opened run. */
export interface RunLog {
  /** What was lost or changed since the checkpoint, in words. */
  readonly notes: readonly string[]
  /** Appends a line to metrics.jsonl and its numbers (null is none) as scalars `<kind>/<name>` to the event file; `clocked` goes there and to timings.jsonl. */
  write(
    kind: 'train' | 'validation',
    step: number,
    epoch: number,
    values: Readonly<Record<string, number | null>>,
    clocked?: Readonly<Record<string, number>>,
  ): void
  /** Where both files end now; they are on the disk that far. */
  position(): RunLogPosition
  close(): void
}

/**
 * Opens the log of a run, cut to the position of its last checkpoint (nothing for a new run).
 *
 * @throws FileError cannot-write
 */
export function openRunLog(run: string, position: RunLogPosition = { metricsBytes: 0, eventBytes: 0 }): RunLog {
  const paths = runPaths(run)
  const [metricsKept, eventsKept] = [keepMetrics(paths.metrics, position), keepEvents(paths.events, position)]
  const metrics = openCut(paths.metrics, metricsKept.bytes.length)
  const events = openCut(paths.events, eventsKept.bytes.length)
  const timings = openCut(paths.timings, Number.POSITIVE_INFINITY)
  const hash = createHash('sha256').update(metricsKept.bytes)
  const append = (file: number, path: string, content: string | Uint8Array) => {
    try {
      writeWhole(file, typeof content === 'string' ? Buffer.from(content) : content)
    } catch (error) {
      throw explainFileError('cannot-write', path, error)
    }
  }
  if (eventsKept.bytes.length === 0) append(events, paths.events, encodeFileVersion(now()))

  return {
    notes: [...metricsKept.notes, ...eventsKept.notes],
    write(kind, step, epoch, values, clocked = {}) {
      const line = `${JSON.stringify({ kind, epoch, step, ...values })}\n`
      append(metrics, paths.metrics, line)
      if (Object.keys(clocked).length > 0) {
        append(timings, paths.timings, `${JSON.stringify({ kind, epoch, step, ...clocked })}\n`)
      }
      hash.update(line)
      const scalars = Object.entries({ ...values, ...clocked }).flatMap(([name, value]) =>
        value === null ? [] : [[`${kind}/${name}`, value] as const],
      )
      append(events, paths.events, encodeScalars(Object.fromEntries(scalars), step, now()))
    },
    position() {
      for (const file of [metrics, events]) fsyncSync(file)
      const metricsSha256 = hash.copy().digest('hex')
      return { metricsBytes: fstatSync(metrics).size, metricsSha256, eventBytes: fstatSync(events).size }
    },
    close() {
      closeSync(metrics)
      closeSync(events)
      closeSync(timings)
    },
  }
}

function openCut(path: string, length: number): number {
  try {
    const file = openSync(path, 'a')
    if (fstatSync(file).size > length) ftruncateSync(file, length)
    return file
  } catch (error) {
    throw explainFileError('cannot-write', path, error)
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
}

function now(): number {
  return Date.now() / 1000
}
