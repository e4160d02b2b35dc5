/** Two ways for a study to come in: a form over HTTP, and C-STORE by DCMTK's storescu. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ServiceProcess } from './service-process.ts'
import type { StudyCopy } from './study-copies.ts'

/** Resolves when the last object is acknowledged. */
export type Sender = (service: ServiceProcess, study: StudyCopy) => Promise<void>

export const sendByHttp: Sender = async ({ url }, { files }) => {
  const form = new FormData()
  for (const file of files) form.append('file', new Blob([new Uint8Array(file)]), 'IM')
  const answer = await fetch(`${url}/api/studies`, { method: 'POST', body: form })
  if (answer.status !== 202) throw new Error(`Expected 202 but received ${answer.status}: ${await answer.text()}`)
}

/** Fails where an object is not acknowledged with success. */
export const sendByDicom: Sender = async ({ dicomPort }, { files }) => {
  const folder = await mkdtemp(join(tmpdir(), 'mammokit-bench-send-'))
  try {
    const paths = files.map((_, at) => join(folder, `IM${at}`))
    await Promise.all(paths.map((path, at) => writeFile(path, files[at]!)))
    // -xs: JPEG Lossless beside what is uncompressed, as the phantoms are.
    await promisify(execFile)('storescu', ['-xs', '-aec', 'MAMMOKIT', '127.0.0.1', `${dicomPort}`, ...paths])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const hasStorescu = (): boolean => spawnSync('storescu', ['--version']).status === 0
