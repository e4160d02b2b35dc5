/** Lymph nodes of the axilla: smooth ovals with a fatty notch, a normal finding at the upper edge of many MLO views. */

import { createRandom } from '@mammokit/seeded-random'
import { skinDistance } from './breast-outline.ts'
import { pectoralDistance } from './finding.ts'
import { addShape, type Layer } from './layer.ts'
import type { ImagePlan } from './patient-plan.ts'
import { cos, sin, smoothstep } from './portable-math.ts'

export function drawLymphNodes(layer: Layer, plan: ImagePlan): void {
  if (!plan.pectoral) return
  const random = createRandom(plan.tissueKey, 'lymph nodes')
  const lifelike = plan.look === 'lifelike'
  const count = random.chance(lifelike ? 0.5 : 0.3) ? 1 + random.below(lifelike ? 3 : 2) : 0
  for (let i = 0; i < count; i++) {
    const y = plan.pectoral.lengthMm * random.uniform(0.06, 0.42)
    const x = plan.pectoral.topMm * random.uniform(0.55, 1.15)
    const length = lifelike ? random.uniform(3, 10) : random.uniform(3.5, 6.5)
    if (skinDistance(plan.outline, x, y) < length + 7 || pectoralDistance(plan.pectoral, x, y) < -14) continue
    const angle = random.uniform(0, Math.PI)
    const ratio = random.uniform(0.5, 0.7)
    const strength = lifelike ? random.uniform(0.06, 0.24) : random.uniform(0.09, 0.15)
    const notch = lifelike ? random.uniform(0, 0.9) : 0.75
    addShape(layer, x, y, 1.1 * length, (dx, dy) => {
      const u = (dx * cos(angle) + dy * sin(angle)) / length
      const v = (dy * cos(angle) - dx * sin(angle)) / (length * ratio)
      const rim = 1 - smoothstep(0.75, 1.05, Math.sqrt(u * u + v * v))
      const hilum = 1 - smoothstep(0.2, 0.55, Math.sqrt(u * u + (v - 0.35) * (v - 0.35)))
      return strength * (rim - notch * rim * hilum)
    })
  }
}
