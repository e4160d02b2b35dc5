/** Whether a service can do its work, in numbers that say nothing about a patient. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Spool } from '../spool/open-spool.ts'
import type { WorkEvent } from '../spool/study-job.ts'
import type { ServiceHealth } from './http-app.ts'

/** What `/healthz` says of a spool and of the work on it. */
export interface HealthWatch {
  /** To be called once the model can answer. */
  modelLoaded(): void
  /** Counts failures; for `onEvent` of the work loop. */
  onEvent(event: WorkEvent): void
  health(): Promise<ServiceHealth>
}

/** Time for which the answer of the disk is believed. */
const believedMs = 5000

/**
 * Watches a spool and the work on it.
 *
 * @example
 * const watch = watchHealth(spool)
 * startWorkLoop(spool, { answer, onEvent: watch.onEvent })
 * await watch.health() // { isModelLoaded: false, isSpoolWritable: true, studies: { waiting: 1 }, errors: {} }
 */
export function watchHealth(spool: Pick<Spool, 'folder' | 'summary'>): HealthWatch {
  const errors: Record<string, number> = {}
  let isModelLoaded = false
  let disk: { readonly atMs: number; readonly isWritable: Promise<boolean> } | undefined
  const isWritable = () => {
    if (disk === undefined || Date.now() - disk.atMs > believedMs)
      disk = { atMs: Date.now(), isWritable: tryDisk(spool.folder) }
    return disk.isWritable
  }
  return {
    modelLoaded() {
      isModelLoaded = true
    },
    onEvent({ kind, code }) {
      if (kind !== 'failed' && kind !== 'retry') return
      const name = code ?? kind
      errors[name] = (errors[name] ?? 0) + 1
    },
    async health() {
      const isSpoolWritable = await isWritable()
      return { isModelLoaded, isSpoolWritable, studies: spool.summary().studies, errors: { ...errors } }
    },
  }
}

async function tryDisk(folder: string): Promise<boolean> {
  return await writeFile(join(folder, 'incoming', 'health'), 'x').then(
    () => true,
    () => false,
  )
}
