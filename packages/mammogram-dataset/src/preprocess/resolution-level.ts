/** JPEG 2000 at reduced resolution: which level to decode, and where its pixels lie in the full image. */
import type { Box } from '@mammokit/roi-detector'

export interface LevelRequest {
  /** How often the codestream can halve the frame; 0 where its transfer syntax has one resolution only. */
  readonly levels: number
  readonly rows: number
  readonly columns: number
  readonly height: number
  readonly width: number
  readonly resolutionLevel: 'auto' | number
}

// A breast is seldom less than three quarters of the frame in height: with 1.35 times the result's size the crop still has
// about as many pixels as the result.
const spare = 1.35

/** Chooses how often the frame is halved: never below eight pixels, and no more often than the codestream can. */
export function chooseResolutionLevel(request: LevelRequest): number {
  const { levels, rows, columns, height, width, resolutionLevel } = request
  const enough = (level: number) =>
    resolutionLevel === 'auto'
      ? rows / 2 ** level >= spare * height && columns / 2 ** level >= spare * width
      : level <= resolutionLevel && Math.min(rows, columns) / 2 ** level >= 8
  let level = 0
  while (level < levels && enough(level + 1)) level++
  return level
}

/**
 * A box in pixels of a reduced image as one in pixels of the full image.
 *
 * Reduced pixel i sits on full pixel 2^level * i, not in the middle of the 2^level that it stands for.
 */
export function boxAtFullResolution(box: Box, level: number, frame: { rows: number; columns: number }): Box {
  if (level === 0) return box
  const step = 2 ** level
  const edge = (value: number, limit: number) =>
    value <= 0 ? 0 : Math.min(limit, Math.round(value * step - (step - 1) / 2))
  const end = (value: number, small: number, limit: number) => (value >= small ? limit : edge(value, limit))
  const x = edge(box.x, frame.columns)
  const y = edge(box.y, frame.rows)
  const right = end(box.x + box.width, Math.ceil(frame.columns / step), frame.columns)
  const bottom = end(box.y + box.height, Math.ceil(frame.rows / step), frame.rows)
  return { x, y, width: right - x, height: bottom - y }
}
