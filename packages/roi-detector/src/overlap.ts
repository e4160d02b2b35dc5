/** How two boxes lie to each other. */
import type { Box } from './gray-image.ts'

/** IoU of two boxes from which both mean the same breast. */
export const agreement = 0.8

/**
 * How much of two boxes is shared, 0 (nothing) to 1 (the same box).
 *
 * @example
 * intersectionOverUnion({ x: 0, y: 0, width: 2, height: 2 }, { x: 1, y: 0, width: 2, height: 2 }) // 0.333...
 */
export function intersectionOverUnion(a: Box, b: Box): number {
  const shared = sharedArea(a, b)
  return shared === 0 ? 0 : shared / (a.width * a.height + b.width * b.height - shared)
}

/** Share of a box that another one covers, 0 to 1. */
export function coverage(box: Box, by: Box): number {
  return sharedArea(box, by) / (box.width * box.height)
}

/** The smallest box around two. */
export function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  const width = Math.max(a.x + a.width, b.x + b.width) - x
  const height = Math.max(a.y + a.height, b.y + b.height) - y
  return { x, y, width, height }
}

function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(0, width) * Math.max(0, height)
}
