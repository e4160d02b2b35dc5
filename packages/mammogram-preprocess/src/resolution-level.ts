/** JPEG 2000 at reduced resolution: which level to decode, and where its pixels lie in a finer one. */
import type { Box } from '@mammokit/roi-detector'

/** Of an image or a part of it, pixels. */
export interface Size {
  readonly height: number
  readonly width: number
}

/** The coarsest level at which a part of the frame has at least the pixels that it gets when it is fitted into `fit`. */
export function levelForFit(part: Size, fit: Size, levels: number): number {
  return within(Math.floor(Math.log2(Math.max(part.width / fit.width, part.height / fit.height))), levels)
}

/** The part that counts as the breast where no detector has seen it: seldom is it less than three quarters of the frame. */
export function typicalBreast({ height, width }: Size): Size {
  return { height: 0.74 * height, width: 0.74 * width }
}

/** A given level, but never below eight pixels and no more often halved than the codestream can. */
export function levelAtMost(level: number, frame: Size, levels: number): number {
  const deepest = Math.floor(Math.log2(Math.min(frame.width, frame.height) / 8))
  return within(Math.min(level, deepest), levels)
}

const within = (level: number, levels: number) => Math.max(0, Math.min(levels, level))

/**
 * A box in pixels of a reduced image as one in pixels of an image `levels` finer.
 *
 * Reduced pixel i sits on finer pixel 2^levels * i, not in the middle of the 2^levels that it stands for.
 *
 * @param frame size of the finer image
 */
export function boxAtFinerLevel(box: Box, levels: number, frame: Size): Box {
  if (levels === 0) return box
  const step = 2 ** levels
  const edge = (value: number, limit: number) =>
    value <= 0 ? 0 : Math.min(limit, Math.round(value * step - (step - 1) / 2))
  const end = (value: number, small: number, limit: number) => (value >= small ? limit : edge(value, limit))
  const x = edge(box.x, frame.width)
  const y = edge(box.y, frame.height)
  const right = end(box.x + box.width, Math.ceil(frame.width / step), frame.width)
  const bottom = end(box.y + box.height, Math.ceil(frame.height / step), frame.height)
  return { x, y, width: right - x, height: bottom - y }
}
