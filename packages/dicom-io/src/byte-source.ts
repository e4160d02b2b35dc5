/** Bytes by offset and length: a file on disk or a blob, of which only the needed parts are read, or bytes in memory. */
export interface ByteSource {
  readonly size: number
  readonly path?: string
  /** Bytes `[offset, offset + length)`, cut at the end of the source. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Runs `action` while the file is held open: many small reads take much longer to open it than to read. */
  heldOpen<T>(action: () => Promise<T>): Promise<T>
}

export function bytesInMemory(bytes: Uint8Array, path?: string): ByteSource {
  return {
    size: bytes.length,
    ...(path === undefined ? {} : { path }),
    read: async (offset, length) => bytes.subarray(offset, Math.max(offset, offset + length)),
    heldOpen: (action) => action(),
  }
}
