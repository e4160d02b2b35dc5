/** Vessels, Cooper's ligaments and the occasional calcified artery: the linear structures of every breast. */

import { createRandom, type Random } from '@mammokit/seeded-random'
import { skinDistance } from './breast-outline.ts'
import { addGrain, type Layer, type PathPoint, strokePath } from './layer.ts'
import type { ImagePlan } from './patient-plan.ts'
import { atan2, cos, sin } from './portable-math.ts'

export function drawStrands(layer: Layer, plan: ImagePlan): void {
  const random = createRandom(plan.tissueKey, 'strands', plan.view)
  drawLigaments(layer, plan, random)
  const vessels = 3 + random.below(4)
  for (let i = 0; i < vessels; i++) drawVessel(layer, plan, random)
}

/** Thin arcs between the glandular tissue and the skin. */
function drawLigaments(layer: Layer, plan: ImagePlan, random: Random): void {
  const { x: xs, y: ys, nipple } = plan.outline
  const count = 26 + random.below(16)
  for (let i = 0; i < count; i++) {
    const k = 10 + random.below(xs.length - 22)
    if (xs[k] < 8) continue
    const reach = random.uniform(0.12, 0.42)
    const targetX = xs[k] + (nipple.x * random.uniform(0.45, 0.9) - xs[k]) * reach
    const targetY = ys[k] + (nipple.y - ys[k]) * reach + random.uniform(-14, 14)
    const bow = random.uniform(-0.22, 0.22)
    const strength = random.uniform(0.04, 0.11)
    const width = random.uniform(0.4, 1)
    const dx = targetX - xs[k]
    const dy = targetY - ys[k]
    const points: PathPoint[] = []
    for (let s = 0; s <= 6; s++) {
      const t = 0.03 + (0.97 * s) / 6
      const side = bow * 4 * t * (1 - t)
      points.push({
        x: xs[k] + t * dx - side * dy,
        y: ys[k] + t * dy + side * dx,
        widthMm: width * (0.7 + 0.5 * t),
        strength: strength * (1 - t) * Math.min(1, 0.35 + 3 * t),
      })
    }
    strokePath(layer, points)
  }
}

/** A vessel meanders from the chest wall toward the nipple and tapers; one in twelve is calcified. */
function drawVessel(layer: Layer, plan: ImagePlan, random: Random): void {
  const { outline, field } = plan
  let x = -4
  let y = outline.nipple.y + random.normal() * 0.26 * field.heightMm
  let heading = random.uniform(-0.5, 0.5)
  let width = random.uniform(1.4, 2.6)
  const strength = random.uniform(0.05, 0.09)
  const calcified = random.chance(0.08)
  const points: PathPoint[] = []
  for (let step = 0; step < 60; step++) {
    points.push({ x, y, widthMm: width, strength })
    const toward = (outline.nipple.y - y) / (outline.nipple.x + 25 - x)
    heading += 0.1 * (toward - heading) + 0.16 * random.normal()
    x += 3 * cos(heading)
    y += 3 * sin(heading)
    width *= 0.982
    if (x > 4 && skinDistance(outline, x, y) < 5) break
    if (step > 8 && step < 30 && random.chance(0.05))
      drawBranch(layer, plan, random, { x, y, heading, width, strength })
  }
  strokePath(layer, fadeOut(points))
  if (calcified) drawTramTracks(layer, points, random)
}

interface Branch {
  readonly x: number
  readonly y: number
  readonly heading: number
  readonly width: number
  readonly strength: number
}

function drawBranch(layer: Layer, plan: ImagePlan, random: Random, from: Branch): void {
  let { x, y } = from
  let heading = from.heading + (random.chance(0.5) ? 0.55 : -0.55)
  const points: PathPoint[] = []
  for (let step = 0; step < 18; step++) {
    points.push({ x, y, widthMm: 0.7 * from.width * (1 - step / 26), strength: 0.9 * from.strength })
    heading += 0.15 * random.normal()
    x += 3 * cos(heading)
    y += 3 * sin(heading)
    if (skinDistance(plan.outline, x, y) < 5) break
  }
  strokePath(layer, fadeOut(points))
}

/** The last third of a vessel fades out gradually. */
function fadeOut(points: readonly PathPoint[]): PathPoint[] {
  const last = points.length - 1
  return points.map((point, i) => ({ ...point, strength: point.strength * Math.min(1, (3 * (last - i)) / last) }))
}

/** Arterial wall calcification: two broken parallel lines. */
function drawTramTracks(layer: Layer, points: readonly PathPoint[], random: Random): void {
  for (let i = 4; i + 1 < points.length; i++) {
    if (random.chance(0.35)) continue
    const from = points[i]
    const to = points[i + 1]
    const dx = (to.x - from.x) / 3
    const dy = (to.y - from.y) / 3
    for (const side of [-0.45, 0.45]) {
      for (let k = 0; k < 5; k++) {
        if (random.chance(0.3)) continue
        const t = (k + random.uniform(0, 1)) * 0.6
        const offset = side * from.widthMm
        addGrain(layer, {
          x: from.x + t * dx - offset * dy,
          y: from.y + t * dy + offset * dx,
          radius: random.uniform(0.12, 0.24),
          strength: 0.35,
          aspect: 1.8,
          angle: atan2(dy, dx),
        })
      }
    }
  }
}
