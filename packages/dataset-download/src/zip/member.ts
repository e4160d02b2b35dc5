/** A file in a ZIP archive, as the archive's directory describes it. */
export interface Member {
  readonly path: string
  /** Of its local header. */
  readonly offset: number
  /** Where the next member or the directory begins. */
  readonly end: number
  readonly compressedSize: number
  readonly size: number
  readonly crc32: number
  readonly isDeflated: boolean
}
