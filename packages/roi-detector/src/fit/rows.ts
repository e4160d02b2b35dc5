import type { GrayImage } from '../gray-image.ts'

/** A picture that is made row by row, each when it is asked for. */
export interface Rows {
  readonly width: number
  readonly height: number
  /** Writes a row, uint16 [width]. */
  read(y: number, row: Uint16Array): void
}

export function rowsOf({ data, width, height }: GrayImage): Rows {
  return { width, height, read: (y, row) => row.set(data.subarray(y * width, (y + 1) * width)) }
}
