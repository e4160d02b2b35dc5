/** SHA256SUMS of a checkpoint: a line for each file, as `sha256sum --check SHA256SUMS` reads it. */
import { createHash } from 'node:crypto'

export const checksumsFileName = 'SHA256SUMS'

/** The SHA-256 of bytes, as 64 hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * The text of SHA256SUMS.
 *
 * @example
 * formatChecksums({ 'trainer.json': new TextEncoder().encode('{}') })
 * // '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a  trainer.json\n'
 */
export function formatChecksums(files: Readonly<Record<string, Uint8Array>>): string {
  return Object.entries(files)
    .map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`)
    .join('')
}

/** The checksums by file name; undefined for a text that is not whole. */
export function parseChecksums(text: string): ReadonlyMap<string, string> | undefined {
  const lines = text.split('\n')
  if (lines.pop() !== '') return undefined
  const matches = lines.map((line) => /^([0-9a-f]{64}) {2}(\S+)$/.exec(line))
  if (matches.length === 0 || matches.includes(null)) return undefined
  return new Map(matches.map((match) => [match![2], match![1]]))
}
