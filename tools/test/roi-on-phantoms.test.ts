import { type PhantomImage, renderPhantom, scanFilm } from '@mammokit/mammogram-phantom'
import { type BreastMask, breastMask, findBreast, intersectionOverUnion } from '@mammokit/roi-detector'
import { expect, test } from 'vitest'
import { emptyPicture, invert } from '../src/detector/negative-pictures.ts'

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

const lifelike = specs.filter((_, i) => i % 3 === 0).map((spec) => ({ ...spec, look: 'lifelike' as const }))

test('the mask of 80 phantoms, 20 of them lifelike, keeps >= 99.5 % of each breast and <= 0.5 % of each background, with box IoU >= 0.99 and the right side', () => {
  for (const spec of [...specs, ...lifelike]) {
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

test('40 scanned films: box IoU >= 0.91 on average and >= 0.75 each, and none loses more than 5 % of its breast', async () => {
  let sum = 0
  const films = specs.filter((_, i) => i % 3 !== 0)
  for (const [seed, spec] of films.entries()) {
    const phantom = renderPhantom({ ...spec, height: 480 })
    const scan = scanFilm({ ...phantom, laterality: spec.laterality }, { seed: 900 + seed })
    const { box, mask, method, reason } = await findBreast(scan)
    const { source } = scan
    const truth = { ...phantom.breast, x: phantom.breast.x + source.x, y: phantom.breast.y + source.y }
    const iou = intersectionOverUnion(box ?? { x: 0, y: 0, width: scan.width, height: scan.height }, truth)
    expect(iou, `${JSON.stringify(spec)} ${method} ${reason}`).toBeGreaterThanOrEqual(0.75)
    sum += iou
    let kept = 0
    phantom.breastWidths.forEach((breast, row) => {
      const start = spec.laterality === 'L' ? 0 : phantom.width - breast
      for (let x = start + source.x, y = row + source.y; x < start + source.x + breast; x++) {
        const isInBox = !box || (x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height)
        if (isInBox && (!mask || mask.data[y * mask.width + x] === 1)) kept++
      }
    })
    expect(kept / phantom.breastArea, `${JSON.stringify(spec)} ${method} ${reason}`).toBeGreaterThanOrEqual(0.95)
  }
  expect(sum / films.length).toBeGreaterThanOrEqual(0.91)
})

test('in pictures without a breast, empty or inverted, no box is found', async () => {
  for (let index = 0; index < 24; index++) {
    const { method, reason } = await findBreast(emptyPicture(77, index))
    expect(method, `${index}: ${reason}`).not.toBe('yolov5')
  }
  for (const spec of specs.slice(0, 8)) {
    const { method, reason } = await findBreast(invert(renderPhantom({ ...spec, height: 320 })))
    expect(method).toBe('full-frame')
    expect(reason).toContain('inverted: air is brighter than the breast')
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
