/** Clusters of microcalcifications: pleomorphic specks, denser toward the center. */

import { addGrain, addShape } from './layer.ts'
import { cos, sin } from './portable-math.ts'
import type { Drawing } from './radiating-strands.ts'

const TWO_PI = 2 * Math.PI

/** A cluster: `halo` is the faint density around it, `strength` the range of its specks'. */
export function drawMicrocalcifications(
  { layer, place, contrast, random }: Drawing,
  look: { readonly halo: number; readonly strength: readonly [number, number] },
): void {
  const { x, y, radiusMm } = place
  const aspect = random.uniform(0.8, 1.2)
  const tilt = random.uniform(0, Math.PI)
  const count = Math.round(18 + 2.1 * radiusMm + random.uniform(0, 10))
  addShape(layer, x, y, radiusMm, (dx, dy) => {
    const q = (dx * dx + dy * dy) / (radiusMm * radiusMm)
    return q < 1 ? look.halo * contrast * (1 - q) * (1 - q) : 0
  })
  for (let i = 0; i < count; i++) {
    // Denser toward the center: the radius is the larger of a square-root-law draw and a uniform draw.
    const r = 0.92 * radiusMm * Math.min(Math.sqrt(random.uniform(0, 1)), random.uniform(0.1, 1.15), 1)
    const angle = random.uniform(0, TWO_PI)
    const along = r * cos(angle) * aspect
    const across = (r * sin(angle)) / aspect
    const gx = x + along * cos(tilt) - across * sin(tilt)
    const gy = y + along * sin(tilt) + across * cos(tilt)
    // Pleomorphic: each speck consists of a few merged grains.
    const size = random.uniform(0.27, 0.55)
    const strength = contrast * random.uniform(...look.strength)
    const grains = 1 + random.below(3)
    for (let k = 0; k < grains; k++) {
      const spread = k === 0 ? 0 : 0.9 * size
      addGrain(layer, {
        x: gx + random.uniform(-spread, spread),
        y: gy + random.uniform(-spread, spread),
        radius: size * (k === 0 ? 1 : random.uniform(0.4, 0.75)),
        strength: k === 0 ? strength : 0.7 * strength,
        aspect: random.uniform(1, 2.2),
        angle: random.uniform(0, Math.PI),
      })
    }
  }
}
