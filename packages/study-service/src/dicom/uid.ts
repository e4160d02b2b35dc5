import { createHash } from 'node:crypto'

/**
 * A UID of what an object is made of: the same for the same parts, by a UUID of version 8 (PS3.5 B.2, RFC 9562 5.8).
 *
 * @example
 * uidOf('report', '1.2.3') // '2.25.' and up to 39 digits
 */
export function uidOf(...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}

/** Whether a text is a UID (PS3.5 9.1): some machines write zeros before numbers, which no object may refer to. */
export function isUid(text: string | null): text is string {
  return text !== null && text.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/.test(text)
}
