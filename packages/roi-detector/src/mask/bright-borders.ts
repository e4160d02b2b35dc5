/** Frames around the picture that are brighter than air: collimator edges, bare film, the rim of a scan. */
import type { GrayImage } from '../gray-image.ts'
import type { Mask } from './mask.ts'
import { nthSmallest } from './nth-smallest.ts'

/** How many lines to leave away on each side. */
export interface Borders {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

// A line belongs to a border where nine tenths of it are nearly as bright as the brightest thing in the picture.
const evenShare = 0.9
const evenLevel = 0.8
const deepest = 0.1
// A rim often starts a line or two inside the frame, and its inner line is gray from resampling.
const gap = 3

// Bare film is less bright than that, but most of each of its lines has one gray.
const oneGray = 0.03
const filmShare = 0.7
const maxRounds = 4

// A border ends: a quarter of the line beyond it is darker, by so much of white, and of its own last line less is, by so much of the
// line. Tissue at the chest wall, however bright or even, goes on, and the air above and below it too.
const darkerShare = 0.25
const darkerMore = 0.15
const darkerThanBright = 0.15
const darkerThanFilm = 0.06

// Of a line that blocks cover in large part nothing is said.
const minVisible = 0.4

// Nothing is on the scanner's bed beside a film.
const emptyRange = 0.025
const deepestBed = 0.3

/**
 * Counts the lines of a bright border on each of the four sides, at most a tenth of the frame each; where a border begins within the
 * frame, behind lines that hold nothing, these count too.
 *
 * @param white the gray value that counts as full brightness: a high percentile of the picture
 * @param blocks pixels that say nothing about a line: 1 in a mask of the picture's size
 */
export function brightBorders(image: GrayImage, white: number, blocks?: Mask): Borders {
  let found = none
  // A white bed around a clear rim around the field.
  for (let round = 0; round < maxRounds; round++) {
    const sheet = add(found, emptyLines(cutBorders(image, found), emptyRange * white))
    const onSheet = bordersWithin(image, sheet, white, blocks)
    // Without empty lines that was the same.
    const onFrame = isNone(onSheet) && sum(sheet) > sum(found) ? bordersWithin(image, found, white, blocks) : none
    const next = isNone(onSheet) ? add(found, onFrame) : add(sheet, onSheet)
    if (isNone(onSheet) && sum(next) === sum(found)) break
    found = next
  }
  return found
}

const none: Borders = { left: 0, right: 0, top: 0, bottom: 0 }
const sum = ({ left, right, top, bottom }: Borders) => left + right + top + bottom
const isNone = (borders: Borders) => sum(borders) === 0
const add = (a: Borders, b: Borders): Borders => ({
  left: a.left + b.left,
  right: a.right + b.right,
  top: a.top + b.top,
  bottom: a.bottom + b.bottom,
})

/** Lines at each side of the frame that hold nothing. */
function emptyLines({ data, width, height }: GrayImage, range: number): Borders {
  const isEmpty = (start: number, step: number, length: number) => {
    let [least, most] = [data[start], data[start]]
    for (let i = 0, at = start; i < length; i++, at += step) {
      if (data[at] < least) least = data[at]
      else if (data[at] > most) most = data[at]
      if (most - least > range) return false
    }
    return true
  }
  // Of a picture that is empty all over, one line is left: two sides of a few lines would take the same ones.
  const count = (size: number, isEmptyAt: (line: number) => boolean, opposite = 0) => {
    const most = Math.min(deepestBed * size, size - 1 - opposite)
    let lines = 0
    while (lines < most && isEmptyAt(lines)) lines++
    return lines
  }
  const left = count(width, (line) => isEmpty(line, width, height))
  const top = count(height, (line) => isEmpty(line * width, 1, width))
  return {
    left,
    right: count(width, (line) => isEmpty(width - 1 - line, width, height), left),
    top,
    bottom: count(height, (line) => isEmpty((height - 1 - line) * width, 1, width), top),
  }
}

function bordersWithin({ data, width, height }: GrayImage, sheet: Borders, white: number, blocks?: Mask): Borders {
  const [across, down] = [width - sheet.left - sheet.right, height - sheet.top - sheet.bottom]
  const line = (start: number, step: number, length: number) => {
    const values = new Float64Array(length)
    let count = 0
    const isBlocked = blocks?.data
    for (let i = 0, at = start; i < length; i++, at += step) {
      if (isBlocked === undefined || isBlocked[at] !== 1) values[count++] = data[at]
    }
    return values.subarray(0, count)
  }
  const column = (x: number) => line(sheet.top * width + x, width, down)
  const row = (y: number) => line(y * width + sheet.left, 1, across)
  return {
    left: borderLines(across, down, white, (at) => column(sheet.left + at)),
    right: borderLines(across, down, white, (at) => column(width - 1 - sheet.right - at)),
    top: borderLines(down, across, white, (at) => row(sheet.top + at)),
    bottom: borderLines(down, across, white, (at) => row(height - 1 - sheet.bottom - at)),
  }
}

function borderLines(size: number, length: number, white: number, lineAt: (line: number) => Float64Array): number {
  const count = (darkerBy: number, isBorder: (line: Float64Array) => boolean) => {
    let lines = 0
    for (let at = 0; at < Math.floor(deepest * size) && at <= lines + gap; at++) {
      const line = lineAt(at)
      if (line.length >= minVisible * length && isBorder(line)) lines = at + 1
    }
    return lines > 0 && ends(lines, darkerBy * white) ? lines : 0
  }
  const ends = (lines: number, by: number) => {
    if (lines + gap >= size) return false
    const last = lineAt(lines - 1)
    const level = median(last) - by
    const darker = shareBelow(lineAt(lines + gap), level)
    return darker >= Math.max(darkerShare, shareBelow(last, level) + darkerMore)
  }
  const level = Math.max(1, evenLevel * white)
  const bright = count(darkerThanBright, (line) => countFrom(line, level) >= evenShare * line.length)
  if (bright > 0) return bright
  const rim = median(lineAt(0))
  return count(darkerThanFilm, (line) => isOneGray(line, rim, oneGray * white))
}

function shareBelow(line: Float64Array, level: number): number {
  return 1 - countFrom(line, level) / Math.max(1, line.length)
}

/** How many values reach a level. */
function countFrom(line: Float64Array, level: number): number {
  let reached = 0
  for (let i = 0; i < line.length; i++) if (line[i] >= level) reached++
  return reached
}

function isOneGray(line: Float64Array, gray: number, tolerance: number): boolean {
  let near = 0
  for (let i = 0; i < line.length; i++) if (Math.abs(line[i] - gray) <= tolerance) near++
  return near >= filmShare * line.length
}

function median(line: Float64Array): number {
  if (line.length === 0) return 0
  return nthSmallest(line.slice(), line.length >> 1)
}

/** The picture, or a mask of it, without its borders. */
export function cutBorders<Plane extends GrayImage | Mask>(plane: Plane, { left, right, top, bottom }: Borders): Plane {
  const { data, width, height } = plane
  if (left + right + top + bottom === 0) return plane
  const inner = { width: width - left - right, height: height - top - bottom }
  const cut =
    data instanceof Uint16Array
      ? new Uint16Array(inner.width * inner.height)
      : new Uint8Array(inner.width * inner.height)
  for (let y = 0; y < inner.height; y++) {
    const start = (y + top) * width + left
    cut.set(data.subarray(start, start + inner.width), y * inner.width)
  }
  return { ...plane, data: cut, ...inner }
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
