/** Two ways for a study to come in: a form over HTTP, and C-STORE by DCMTK's storescu. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ServiceProcess } from './service-process.ts'
import type { StudyCopy } from './study-copies.ts'

/** The service took the study, or a part of it, not now: it is to be sent again. */
export class Refused extends Error {}

/** Resolves when the last object is acknowledged. @throws Refused */
export type Sender = (service: ServiceProcess, study: StudyCopy) => Promise<void>

export const sendByHttp: Sender = async ({ url }, { files }) => {
  const form = new FormData()
  for (const file of files) form.append('file', new Blob([new Uint8Array(file)]), 'IM')
  const answer = await fetch(`${url}/api/studies`, { method: 'POST', body: form })
  if (answer.status === 507 || answer.status === 503) throw new Refused(await answer.text())
  if (answer.status !== 202) throw new Error(`Expected 202 but received ${answer.status}: ${await answer.text()}`)
}

const jpeg2000Lossless = '1.2.840.10008.1.2.4.90'

/** Proposes what the study is compressed with, JPEG 2000 (-xv) or JPEG Lossless (-xs), beside no compression. */
export const sendByDicom: Sender = async ({ dicomPort }, { files, transferSyntaxUid }) => {
  const folder = await mkdtemp(join(tmpdir(), 'mammokit-bench-send-'))
  try {
    const paths = files.map((_, at) => join(folder, `IM${at}`))
    await Promise.all(paths.map((path, at) => writeFile(path, files[at]!)))
    const args = [
      transferSyntaxUid === jpeg2000Lossless ? '-xv' : '-xs',
      '-aec',
      'MAMMOKIT',
      '127.0.0.1',
      `${dicomPort}`,
      ...paths,
    ]
    await promisify(execFile)('storescu', args).catch((error: { code?: unknown }) => {
      // It stops at the first object that is not stored, and ends with the high byte of its status, here of out of resources (A700).
      throw error.code === 0xa7 ? new Refused('out of resources') : error
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const hasStorescu = (): boolean => spawnSync('storescu', ['--version']).status === 0
