/** The same in a page, by Web Crypto, which a page has on https and localhost. */
import { StudyError } from '../study-error.ts'
import type { Platform } from './platform.ts'

/** @throws {StudyError} `bad-path` for a path */
export const hashFile: Platform['hashFile'] = async (file) => {
  if (typeof file !== 'string') return hexOf(await file.slice(0, file.size).arrayBuffer())
  throw new StudyError(
    'bad-path',
    `Expected a File or Blob in a page but received the path ${file}. Let the user choose it.`,
    {
      path: file,
    },
  )
}

export const hashText: Platform['hashText'] = (text) => hexOf(new TextEncoder().encode(text))

/** Bundlers make package.json an asset, or a data URL in the script. */
export const packageVersion: Platform['packageVersion'] = async () => {
  const response = await fetch(new URL('../../package.json', import.meta.url))
  return ((await response.json()) as { version: string }).version
}

async function hexOf(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
