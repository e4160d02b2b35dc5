/** Files as Node.js has them: paths, whatever their size, and blobs. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { packageVersion as readVersion } from '../version.ts'
import type { Platform } from './platform.ts'

export const hashFile: Platform['hashFile'] = async (file) => {
  const hash = createHash('sha256')
  if (typeof file !== 'string')
    return hash.update(new Uint8Array(await file.slice(0, file.size).arrayBuffer())).digest('hex')
  for await (const piece of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(piece as Uint8Array)
  return hash.digest('hex')
}

export const hashText: Platform['hashText'] = async (text) => createHash('sha256').update(text).digest('hex')

export const packageVersion: Platform['packageVersion'] = async () => readVersion()
