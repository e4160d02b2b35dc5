/** The outline of a lesion: a circle with lobes, and how sharply it ends. */

import { createRandom, type Random } from '@mammokit/seeded-random'
import type { PlacedFinding } from './finding.ts'
import { atan2, cos, smoothstep } from './portable-math.ts'

const TWO_PI = 2 * Math.PI

export interface LesionShape {
  /** Distance of the border from the center in this direction, mm. */
  edge(angle: number): number
  /** 1 in the middle, 0 outside, for an offset from the center in mm. */
  inside(dx: number, dy: number): number
}

/** `softness` is the width of the margin, in radii: 0.1 is circumscribed, 0.8 fades into the tissue. */
export function createShape(radiusMm: number, lobulation: number, softness: number, random: Random): LesionShape {
  const stretch = random.uniform(0, 0.3)
  const tilt = random.uniform(0, Math.PI)
  const lobes = [2, 3, 4, 5, 7].map((order) => ({
    order,
    size: (lobulation * random.uniform(0.2, 1)) / order,
    phase: random.uniform(0, TWO_PI),
  }))
  const edge = (angle: number): number => {
    let size = 1 + stretch * cos(2 * (angle - tilt))
    for (const lobe of lobes) size += lobe.size * cos(lobe.order * angle + lobe.phase)
    return radiusMm * Math.max(0.35, size)
  }
  const inside = (dx: number, dy: number): number => {
    const distance = Math.sqrt(dx * dx + dy * dy)
    if (distance > 2.2 * radiusMm) return 0
    const t = distance / edge(atan2(dy, dx))
    return 1 - smoothstep(1 - softness, 1 + 0.35 * softness, t)
  }
  return { edge, inside }
}

/** How far from its center a lesion changes the tissue around it, in radii. */
export const REACH = 1.75

/** The change that a lesion makes in the tissue itself: it draws strands toward it, or is an island of glandular tissue. */
export interface TissueChange {
  readonly x: number
  readonly y: number
  readonly reachMm: number
  /** Share of the distance by which the texture is drawn to the center, at the center. */
  readonly pull: number
  /** Added to the share of glandular tissue for an offset in mm. */
  gland(dx: number, dy: number): number
}

const none = (): number => 0

/** `contrast` scales the cancers. */
export function tissueChanges(findings: readonly PlacedFinding[], contrast: number): TissueChange[] {
  return findings.flatMap(({ finding, x, y, radiusMm }) => {
    const random = createRandom(finding.key, 'tissue')
    const strength = finding.contrast * (finding.type.startsWith('benign') ? 1 : contrast)
    const reachMm = REACH * radiusMm
    switch (finding.type) {
      case 'spiculated-mass':
        return [{ x, y, reachMm, pull: Math.min(0.5, 0.15 * strength), gland: none }]
      case 'distortion':
        return [{ x, y, reachMm, pull: Math.min(0.6, 0.25 * strength), gland: none }]
      case 'asymmetry':
      case 'benign-summation': {
        const { inside } = createShape(0.8 * radiusMm, 0.6, random.uniform(0.5, 0.85), random)
        const level = Math.min(0.85, 0.34 * strength)
        return [{ x, y, reachMm, pull: 0, gland: (dx: number, dy: number) => level * inside(dx, dy) }]
      }
      default:
        return []
    }
  })
}
