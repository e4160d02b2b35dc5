/** Bright frames around the picture: exposed collimator edges, film borders, the rim of a scan. */
import type { GrayImage } from '../gray-image.ts'
import type { Mask } from './morphology.ts'

/** How many lines to leave away on each side. */
export interface Borders {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

// A line belongs to a border where nine tenths of it are nearly as bright as the brightest thing in the picture. Tissue at
// the chest wall is never that even.
const evenShare = 0.9
const evenLevel = 0.8
const deepest = 0.1
// A rim often starts a line or two inside the frame, and its inner line is gray from resampling.
const gap = 3

/**
 * Counts the lines of a bright border on each of the four sides, at most a tenth of the frame each.
 *
 * @param white the gray value that counts as full brightness: a high percentile of the picture
 */
export function brightBorders(image: GrayImage, white: number): Borders {
  const { data, width, height } = image
  const level = Math.max(1, evenLevel * white)
  const isBright = (start: number, step: number, length: number) => {
    let bright = 0
    for (let i = 0, at = start; i < length; i++, at += step) if (data[at] >= level) bright++
    return bright >= evenShare * length
  }
  const count = (limit: number, isBorder: (line: number) => boolean) => {
    let lines = 0
    for (let line = 0; line < Math.floor(deepest * limit) && line <= lines + gap; line++)
      if (isBorder(line)) lines = line + 1
    return lines
  }
  return {
    left: count(width, (line) => isBright(line, width, height)),
    right: count(width, (line) => isBright(width - 1 - line, width, height)),
    top: count(height, (line) => isBright(line * width, 1, width)),
    bottom: count(height, (line) => isBright((height - 1 - line) * width, 1, width)),
  }
}

/** The picture without its borders. */
export function cutBorders({ data, width, height }: GrayImage, { left, right, top, bottom }: Borders): GrayImage {
  if (left + right + top + bottom === 0) return { data, width, height }
  const inner = { width: width - left - right, height: height - top - bottom }
  const cut = new Uint16Array(inner.width * inner.height)
  for (let y = 0; y < inner.height; y++) {
    const start = (y + top) * width + left
    cut.set(data.subarray(start, start + inner.width), y * inner.width)
  }
  return { data: cut, ...inner }
}

/** A mask of the picture without borders as one of the whole frame. */
export function pasteInto(frame: GrayImage, { left, top }: Borders, inner: Mask): Mask {
  const { width, height } = frame
  if (inner.width === width && inner.height === height) return inner
  const data = new Uint8Array(width * height)
  for (let y = 0; y < inner.height; y++) {
    data.set(inner.data.subarray(y * inner.width, (y + 1) * inner.width), (y + top) * width + left)
  }
  return { data, width, height }
}
