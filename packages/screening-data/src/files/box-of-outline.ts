/** Outlines of the VGG Image Annotator, https://www.robots.ox.ac.uk/~vgg/software/via/. */
import { z } from 'zod'
import type { Lesion } from '../data-set/data-set-image.ts'

const points = z.object({ all_points_x: z.array(z.number()).min(1), all_points_y: z.array(z.number()).min(1) })
const ellipse = z.object({
  cx: z.number(),
  cy: z.number(),
  rx: z.number(),
  ry: z.number(),
  theta: z.number().default(0),
})
const circle = z.object({ cx: z.number(), cy: z.number(), r: z.number() })
const rect = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
const point = z.object({ cx: z.number(), cy: z.number() })

/**
 * The box about an outline, a polygon, polyline, ellipse, circle, rectangle or point as JSON; undefined for anything else.
 *
 * @example
 * boxOfOutline('{"name":"circle","cx":10,"cy":20,"r":5}') // { x: 5, y: 15, width: 10, height: 10 }
 */
export function boxOfOutline(json: string): Lesion | undefined {
  let shape: unknown
  try {
    shape = JSON.parse(json)
  } catch {
    return undefined
  }
  const polygon = points.safeParse(shape).data
  if (polygon) {
    const [x, y] = [polygon.all_points_x, polygon.all_points_y]
    return boxBetween(Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y))
  }
  const oval = ellipse.safeParse(shape).data
  if (oval) {
    const [cos, sin] = [Math.cos(oval.theta), Math.sin(oval.theta)]
    return boxAround(
      oval.cx,
      oval.cy,
      Math.hypot(oval.rx * cos, oval.ry * sin),
      Math.hypot(oval.rx * sin, oval.ry * cos),
    )
  }
  const round = circle.safeParse(shape).data
  if (round) return boxAround(round.cx, round.cy, round.r, round.r)
  const box = rect.safeParse(shape).data
  if (box) return box
  const dot = point.safeParse(shape).data
  return dot && boxAround(dot.cx, dot.cy, 0, 0)
}

const boxBetween = (left: number, top: number, right: number, bottom: number): Lesion => ({
  x: left,
  y: top,
  width: right - left,
  height: bottom - top,
})
const boxAround = (x: number, y: number, halfWidth: number, halfHeight: number): Lesion =>
  boxBetween(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight)
