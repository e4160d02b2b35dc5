/** How much of a run's log a resumed run keeps: what was there at its checkpoint, as far as it still is. */
import { existsSync, readFileSync } from 'node:fs'
import { sha256 } from '../checkpoints/checksums.ts'
import { metricsLineSchema } from '../schema/metrics-line.ts'
import type { RunLogPosition } from '../schema/trainer-state.ts'
import { measureRecords } from './event-file.ts'

export interface KeptLog {
  readonly bytes: Buffer
  /** What is not as it was, in words. */
  readonly notes: readonly string[]
}

/** The lines of metrics.jsonl up to the checkpoint. */
export function keepMetrics(path: string, { metricsBytes, metricsSha256 }: RunLogPosition): KeptLog {
  if (metricsBytes === 0) return { bytes: Buffer.alloc(0), notes: [] }
  if (!existsSync(path)) return { bytes: Buffer.alloc(0), notes: [`${path} is gone; it starts anew`] }
  const file = readFileSync(path)
  const bytes = file.subarray(0, metricsBytes)
  const kept = bytes.subarray(0, bytes.lastIndexOf('\n') + 1)
  if (file.length < metricsBytes) {
    return {
      bytes: kept,
      notes: [`${path} was cut: it has ${file.length} of ${metricsBytes} bytes; it goes on from there`],
    }
  }
  if (metricsSha256 !== undefined && metricsSha256 !== sha256(bytes)) {
    return { bytes: kept, notes: [`${path} was edited${badLine(kept)}; it goes on as it is`] }
  }
  const bad = metricsSha256 === undefined ? badLine(kept) : ''
  return { bytes: kept, notes: bad === '' ? [] : [`${path} was edited${bad}; it goes on as it is`] }
}

/** The records of the event file up to the checkpoint. */
export function keepEvents(path: string, { eventBytes }: RunLogPosition): KeptLog {
  if (eventBytes === 0) return { bytes: Buffer.alloc(0), notes: [] }
  if (!existsSync(path)) return { bytes: Buffer.alloc(0), notes: [`${path} is gone; it starts anew`] }
  const file = readFileSync(path)
  const whole = measureRecords(file, eventBytes)
  const notes =
    whole === eventBytes
      ? []
      : [`${path} was cut or edited: ${whole} of ${eventBytes} bytes are whole records; it goes on from there`]
  return { bytes: file.subarray(0, whole), notes }
}

function badLine(bytes: Buffer): string {
  const lines = bytes.toString('utf8').split('\n').slice(0, -1)
  const index = lines.findIndex((line) => !isMetricsLine(line))
  return index === -1 ? '' : ` (line ${index + 1} is no line of metrics)`
}

function isMetricsLine(line: string): boolean {
  try {
    return metricsLineSchema.safeParse(JSON.parse(line)).success
  } catch {
    return false
  }
}
