import { CsvError } from './csv-error.ts'

// Part of every runtime, but not of the ECMAScript library.
declare const TextDecoder: new (
  label: string,
  options: { readonly fatal?: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }

/**
 * The text of a file that must be UTF-8; `path` is only named in errors.
 *
 * @param start where in the file the bytes begin
 * @throws CsvError `not-utf-8` with line, offset and value of the first byte that is not
 */
export function decodeUtf8(bytes: Uint8Array, path: string, start = { offset: 0, line: 1 }): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const at = findInvalidByte(bytes)
    const value = bytes[at]!
    const offset = start.offset + at
    const line = bytes.subarray(0, at).reduce((count, byte, i) => count + Number(isLineEnd(bytes, byte, i)), start.line)
    const hex = value.toString(16).toUpperCase().padStart(2, '0')
    throw new CsvError(
      'not-utf-8',
      `Expected UTF-8 for ${path} but received byte 0x${hex} on line ${line} (offset ${offset}). Save it as "CSV UTF-8": in another encoding letters of ids and names would be lost.`,
      { path, line, offset, value },
    )
  }
}

/** The offset of the first byte that no text in UTF-8 has there. */
function findInvalidByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let offset = 0
  for (const character of decoder.decode(bytes)) {
    const code = character.codePointAt(0)!
    const isReplaced =
      code === 0xfffd && !(bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd)
    if (isReplaced) break
    offset += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4
  }
  return offset
}

function isLineEnd(bytes: Uint8Array, byte: number, at: number): boolean {
  return byte === 0x0a || (byte === 0x0d && bytes[at + 1] !== 0x0a)
}
