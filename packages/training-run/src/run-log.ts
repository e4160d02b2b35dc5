/**
 * What a run writes while it goes: metrics.jsonl (a line per logging step and per epoch) and a TensorBoard event file beside it.
 *
 * Both only grow. A checkpoint notes how long they were; a resumed run cuts them there and goes on, so that metrics.jsonl, which
 * holds no clock, ends with the same bytes as if the run had never been stopped.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { encodeFileVersion, encodeScalars } from './event-file.ts'
import { runPaths } from './run-paths.ts'
import type { RunLogPosition } from './schema/trainer-state.ts'

export interface RunLog {
  /** Appends a line to metrics.jsonl and its numbers (null is none) as scalars `<kind>/<name>` to the event file; `clocked` goes there only. */
  write(
    kind: 'train' | 'validation',
    step: number,
    epoch: number,
    values: Readonly<Record<string, number | null>>,
    clocked?: Readonly<Record<string, number>>,
  ): void
  position(): RunLogPosition
  close(): void
}

/** Opens the log of a run, cut to the position of its last checkpoint (nothing for a new run). */
export function openRunLog(run: string, position: RunLogPosition = { metricsBytes: 0, eventBytes: 0 }): RunLog {
  const paths = runPaths(run)
  const metrics = openCut(paths.metrics, position.metricsBytes)
  const events = openCut(paths.events, position.eventBytes)
  if (fstatSync(events).size === 0) writeSync(events, encodeFileVersion(now()))

  return {
    write(kind, step, epoch, values, clocked = {}) {
      writeSync(metrics, `${JSON.stringify({ kind, epoch, step, ...values })}\n`)
      const scalars = Object.entries({ ...values, ...clocked }).flatMap(([name, value]) =>
        value === null ? [] : [[`${kind}/${name}`, value] as const],
      )
      writeSync(events, encodeScalars(Object.fromEntries(scalars), step, now()))
    },
    position: () => ({ metricsBytes: fstatSync(metrics).size, eventBytes: fstatSync(events).size }),
    close() {
      closeSync(metrics)
      closeSync(events)
    },
  }
}

function openCut(path: string, bytes: number): number {
  const file = openSync(path, 'a')
  if (fstatSync(file).size > bytes) ftruncateSync(file, bytes)
  return file
}

function now(): number {
  return Date.now() / 1000
}
