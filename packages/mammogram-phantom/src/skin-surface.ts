/** What lies on the skin and is no finding: folds, a metal ball at the nipple, a ring around a mole. */

import { createRandom, type Random } from '@mammokit/seeded-random'
import { skinDistance } from './breast-outline.ts'
import { addGrain, type Layer, type PathPoint, strokePath } from './layer.ts'
import type { ImagePlan } from './patient-plan.ts'
import { cos, sin } from './portable-math.ts'

const TWO_PI = 2 * Math.PI

export function drawSkinSurface(layer: Layer, plan: ImagePlan): void {
  const random = createRandom(plan.imageKey, 'skin surface')
  const folds = random.chance(plan.view === 'MLO' ? 0.3 : 0.12) ? 1 + random.below(3) : 0
  for (let i = 0; i < folds; i++) drawFold(layer, plan, random)
  if (random.chance(0.45)) drawCrease(layer, plan, random)
  if (random.chance(0.05)) drawBall(layer, plan, random)
  if (random.chance(0.05)) drawRing(layer, plan, random)
}

/** A fold is a broad line with a sharp edge; in MLO most lie at the axilla. */
function drawFold(layer: Layer, plan: ImagePlan, random: Random): void {
  const { x: xs, y: ys } = plan.outline
  const k = plan.view === 'MLO' && random.chance(0.7) ? 8 + random.below(12) : 10 + random.below(xs.length - 20)
  const length = random.uniform(15, 60)
  const heading = random.uniform(0.3, 1.5) * (random.chance(0.5) ? 1 : -1)
  const bend = random.uniform(-0.5, 0.5)
  const strength = random.uniform(0.04, 0.14)
  const width = random.uniform(0.8, 2.6)
  let x = xs[k] - random.uniform(1, 12)
  let y = ys[k]
  const points: PathPoint[] = []
  for (let step = 0; step <= 10; step++) {
    const t = step / 10
    if (skinDistance(plan.outline, x, y) > 0.5) points.push({ x, y, widthMm: width, strength: strength * (1 - t * t) })
    x -= (length / 10) * cos(heading + bend * t)
    y += (length / 10) * sin(heading + bend * t)
  }
  strokePath(layer, points)
}

/** Where the skin meets the chest wall, below or above, it folds over itself: bright streaks in the corner of the image. */
function drawCrease(layer: Layer, plan: ImagePlan, random: Random): void {
  const { x: xs, y: ys } = plan.outline
  const below = random.chance(0.75)
  // The part of the outline nearest to the chest wall at that end.
  let k = below ? xs.length - 1 : 0
  while (xs[k] < 1 && k > 0 && k < xs.length - 1) k += below ? -1 : 1
  if (xs[k] < 1) k = below ? xs.findLastIndex((x) => x > 1) : xs.findIndex((x) => x > 1)
  if (k < 0) return
  const streaks = 1 + random.below(3)
  for (let i = 0; i < streaks; i++) {
    const length = random.uniform(6, 26)
    const heading = random.uniform(-0.5, 0.9) * (below ? -1 : 1)
    const strength = random.uniform(0.15, 0.6)
    const width = random.uniform(1.5, 6)
    const y = ys[k] + (below ? -1 : 1) * random.uniform(1, 9)
    const points: PathPoint[] = []
    for (let step = 0; step <= 6; step++) {
      const t = step / 6
      const point = { x: t * length * cos(heading), y: y + t * length * sin(heading) }
      if (skinDistance(plan.outline, point.x, point.y) < 0.5) break
      points.push({ ...point, widthMm: width * (1 - 0.8 * t), strength: strength * (1 - t) })
    }
    strokePath(layer, points)
  }
}

function drawBall(layer: Layer, plan: ImagePlan, random: Random): void {
  const { nipple } = plan.outline
  const x = nipple.x - random.uniform(0, 3)
  const y = nipple.y + random.uniform(-3, 3)
  addGrain(layer, { x, y, radius: random.uniform(0.8, 1.4), strength: 1.5, aspect: 1, angle: 0 })
}

function drawRing(layer: Layer, plan: ImagePlan, random: Random): void {
  const radius = random.uniform(3.5, 7)
  const { x: xs, y: ys } = plan.outline
  const k = 10 + random.below(xs.length - 20)
  const x = xs[k] * random.uniform(0.2, 0.85)
  const y = ys[k] + (plan.outline.nipple.y - ys[k]) * random.uniform(0.05, 0.6)
  if (skinDistance(plan.outline, x, y) < radius + 3) return
  const strength = random.uniform(0.25, 0.6)
  const points = Array.from({ length: 25 }, (_, i) => ({
    x: x + radius * cos((TWO_PI * i) / 24),
    y: y + radius * sin((TWO_PI * i) / 24),
    widthMm: 0.9,
    strength,
  }))
  strokePath(layer, points)
}
