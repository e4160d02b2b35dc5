import { type PhantomImage, renderPhantom } from '@mammokit/mammogram-phantom'
import { type BreastMask, breastMask, intersectionOverUnion } from '@mammokit/roi-detector'
import { expect, test } from 'vitest'

// Every fifth patient has implants; markers, labels and bright borders come with the phantoms' chance.
const specs = Array.from({ length: 15 }, (_, patient) => patient).flatMap((patient) =>
  (['L', 'R'] as const).flatMap((laterality) =>
    (['CC', 'MLO'] as const).map((view) => ({
      seed: 7,
      patient,
      laterality,
      view,
      height: 400 + 80 * (patient % 5),
      implant: patient % 5 === 1,
    })),
  ),
)

test('the mask of 60 phantoms keeps >= 99.5 % of each breast and <= 0.5 % of each background, with box IoU >= 0.99 and the right side', () => {
  for (const spec of specs) {
    const phantom = renderPhantom(spec)
    const mask = breastMask(phantom)
    if ('reason' in mask) throw new Error(mask.reason)
    const { breast, background } = keptShares(mask, phantom, spec.laterality)
    expect(breast, JSON.stringify(spec)).toBeGreaterThanOrEqual(0.995)
    expect(background, JSON.stringify(spec)).toBeLessThanOrEqual(0.005)
    expect(intersectionOverUnion(mask.box, phantom.breast)).toBeGreaterThanOrEqual(0.99)
    expect(mask.side).toBe(spec.laterality)
  }
})

/** Shares of the breast's and of the background's pixels that are inside the mask; it has the image's size here. */
function keptShares(mask: BreastMask, { width, height, breastWidths, breastArea }: PhantomImage, side: 'L' | 'R') {
  expect(mask.factor).toBe(1)
  let [kept, all] = [0, 0]
  for (let y = 0; y < height; y++) {
    const start = side === 'L' ? 0 : width - breastWidths[y]
    for (let x = 0; x < width; x++) {
      const inside = mask.data[y * width + x]
      all += inside
      if (x >= start && x < start + breastWidths[y]) kept += inside
    }
  }
  return { breast: kept / breastArea, background: (all - kept) / (width * height - breastArea) }
}
