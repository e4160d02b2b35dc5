import { renderPhantom } from '@mammokit/mammogram-phantom'
import { breastMask } from '@mammokit/roi-detector'
import { expect, test } from 'vitest'

// Three patients, one with implants; markers, labels and borders come with the phantoms' chance.
const specs = [0, 1, 2].flatMap((patient) =>
  (['L', 'R'] as const).flatMap((laterality) =>
    (['CC', 'MLO'] as const).map((view) => ({
      seed: 7,
      patient,
      laterality,
      view,
      height: 512,
      implant: patient === 1,
    })),
  ),
)

test('the breast mask of 12 phantoms has the area within 0.5 %, the box with IoU >= 0.99 and the side of the truth', () => {
  for (const spec of specs) {
    const phantom = renderPhantom(spec)
    const mask = breastMask(phantom)
    if ('reason' in mask) throw new Error(mask.reason)
    const area = mask.data.reduce((sum, inside) => sum + inside, 0) * mask.factor ** 2
    expect(Math.abs(area - phantom.breastArea) / phantom.breastArea).toBeLessThanOrEqual(0.005)
    expect(overlap(mask.box, phantom.breast)).toBeGreaterThanOrEqual(0.99)
    expect(mask.side).toBe(spec.laterality)
  }
})

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const shared = Math.max(0, width) * Math.max(0, height)
  return shared / (a.width * a.height + b.width * b.height - shared)
}
