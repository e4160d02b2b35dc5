/** Window and level: which part of the gray values a display spreads from black to white. */

export interface GrayWindow {
  /** The value in the middle, 0 to 1. */
  readonly level: number
  /** Between black and white, above 0; 1 is all values. */
  readonly width: number
}

/** The picture as its file presents it. */
export const wholeWindow: GrayWindow = { level: 0.5, width: 1 }

const narrowest = 0.01
const widest = 2

/**
 * A window moved by shares of the whole range, within what shows anything.
 *
 * @example
 * movedWindow({ level: 0.5, width: 1 }, { level: 0.1, width: -0.5 }) // { level: 0.6, width: 0.5 }
 */
export function movedWindow({ level, width }: GrayWindow, by: Partial<GrayWindow>): GrayWindow {
  return {
    level: Math.min(1, Math.max(0, level + (by.level ?? 0))),
    width: Math.min(widest, Math.max(narrowest, width + (by.width ?? 0))),
  }
}

/** The gray of 8 bits of each value of 16, linear within the window. */
export function windowTable({ level, width }: GrayWindow): Uint8ClampedArray {
  const low = (level - width / 2) * 65_535
  const scale = 255 / (width * 65_535)
  return Uint8ClampedArray.from({ length: 65_536 }, (_, value) => (value - low) * scale)
}

/** Paints gray values of 16 bits as opaque RGBA [height * width * 4]. */
export function paintGray(data: Uint16Array, window: GrayWindow, rgba: Uint8ClampedArray): void {
  const table = windowTable(window)
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, data.length)
  // As on every machine with a browser: the first byte is the lowest.
  for (let at = 0; at < data.length; at++) pixels[at] = 0xff000000 | (table[data[at]!]! * 0x010101)
}
