/** Small DICOM objects, and a spool whose studies are complete at once. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  openSpool,
  type Spool,
  type SpoolOptions,
  type StudyJob,
  startWorkLoop,
  type WorkOptions,
} from '../../src/index.ts'
import { temporaryFolder, viewFile } from '../study-files.ts'

export const study = '1.2.3.100'

/** Of an image with this number; another seed is other bytes of the same image. */
export function objectFile(number: number, seed = number, studyUid = study): Uint8Array {
  return viewFile({ seed, study: studyUid, sopInstanceUid: `1.2.3.${number}` })
}

export async function emptySpool(options: SpoolOptions = {}): Promise<Spool> {
  return openSpool(join(await temporaryFolder(), 'spool'), { quietSeconds: 0, ...options })
}

/** Answers by listing the images; keeps what it was given. */
export function listingAnswer() {
  const jobs: StudyJob[] = []
  const answer: WorkOptions['answer'] = async (job) => {
    jobs.push(job)
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(job.folder, 'result.json'), JSON.stringify(job.files))
    const report = { sopInstanceUid: `2.25.${jobs.length}`, seriesInstanceUid: '2.25.9', predecessors: [] }
    return { outcome: 'answered', reason: null, reports: [report] }
  }
  return { jobs, answer }
}

/** A loop that is stopped with the test. */
export function loopOf(spool: Spool, options: WorkOptions) {
  const loop = startWorkLoop(spool, { retrySeconds: 0.01, ...options })
  onTestFinished(() => loop.stop())
  return loop
}

export async function stateBecomes(spool: Spool, state: string, uid = study): Promise<void> {
  const until = Date.now() + 20_000
  while (spool.stateOf(uid)?.state !== state) {
    if (Date.now() > until) throw new Error(`${JSON.stringify(spool.stateOf(uid))} instead of ${state}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export async function resultOf(spool: Spool, uid = study): Promise<unknown> {
  return JSON.parse(await readFile(join(spool.stateOf(uid)!.folder!, 'result.json'), 'utf8'))
}
