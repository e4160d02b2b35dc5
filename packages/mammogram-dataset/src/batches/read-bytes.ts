/** The bytes of a processed image, which must be those that extract-rois wrote. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** What is wrong with a file; plain data, because errors lose their fields between threads. */
export type ImageFault =
  | { readonly status: 'missing' }
  | { readonly status: 'unreadable'; readonly reason: string }
  | { readonly status: 'altered'; readonly expected: string; readonly received: string }

/** @param sha256 hexadecimal; not looked at where it is undefined */
export async function readBytes(path: string, sha256: string | undefined): Promise<Uint8Array | ImageFault> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code)
    return code === 'ENOENT' || code === 'ENOTDIR' ? { status: 'missing' } : { status: 'unreadable', reason: code }
  }
  if (sha256 === undefined) return bytes
  const received = createHash('sha256').update(bytes).digest('hex')
  return received === sha256 ? bytes : { status: 'altered', expected: sha256, received }
}
