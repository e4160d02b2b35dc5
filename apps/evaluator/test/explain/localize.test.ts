import { describe, expect, it } from 'vitest'
import { localize } from '../../src/explain/localize.ts'
import { summarizeLocalization } from '../../src/explain/summarize-localization.ts'

describe('localize', () => {
  // The breast is the left half, 5 x 20 pixels; its middle is (2, 9.5). The lesion has four pixels.
  const lesion = { left: 1, top: 15, right: 3, bottom: 17 }
  const isBreast = (at: number) => at % 10 < 5
  const heatAt = (...pixels: readonly (readonly [x: number, y: number, value: number])[]) => {
    const heat = new Float32Array(200)
    for (const [x, y, value] of pixels) heat[y * 10 + x] = value
    return heat
  }

  it('is a hit where the strongest pixel of the breast lies in the lesion, whatever there is beside the breast', () => {
    const found = localize(heatAt([2, 16, 1], [9, 2, 5]), isBreast, [lesion], 10)
    expect(found?.map).toEqual({ hit: true, area: 0.01 })
    expect(found?.chance).toBe(0.04)
  })

  it('counts what is as strong as the strongest at the lesion', () => {
    const found = localize(heatAt([2, 16, 1], [0, 0, 3], [4, 4, 2], [3, 3, 1], [9, 9, 4]), isBreast, [lesion], 10)
    expect(found?.map).toEqual({ hit: false, area: 0.04 })
  })

  it('has the whole breast to look at where a map says nothing', () => {
    expect(localize(heatAt(), isBreast, [lesion], 10)?.map.area).toBe(1)
  })

  it('looks from the middle outwards as a baseline', () => {
    // (1, 15) to (2, 16): the nearest pixel, (2, 15), is 5.5 from the middle; by hand 55 pixels are as near.
    const { center } = localize(heatAt(), isBreast, [lesion], 10)!
    let near = 0
    for (let y = 0; y < 20; y++) for (let x = 0; x < 5; x++) near += Number(Math.hypot(x - 2, y - 9.5) <= 5.5)
    expect(center).toEqual({ hit: false, area: near / 100 })
  })

  it('is undefined for a lesion that is not on the breast', () => {
    expect(localize(heatAt(), isBreast, [{ left: 7, top: 0, right: 9, bottom: 3 }], 10)).toBeUndefined()
  })
})

describe('summarizeLocalization', () => {
  it('has the interval of Clopper and Pearson over patients: 8 of 10 is 0.444 to 0.975 (Clopper, Pearson 1934)', () => {
    const image = (hit: boolean, area: number, patientId: string) => ({
      patientId,
      map: { hit, area },
      center: { hit: false, area: 0.5 },
      chance: 0.1,
    })
    const images = Array.from({ length: 10 }, (_, i) => image(i < 8, (i + 1) / 10, `P${i}`))
    const summary = summarizeLocalization(images)
    expect(summary?.map.hitRate.value).toBe(0.8)
    expect(summary?.map.hitRate.low).toBeCloseTo(0.444, 3)
    expect(summary?.map.hitRate.high).toBeCloseTo(0.975, 3)
    expect(summary?.map.medianArea).toBeCloseTo(0.55, 12)
    expect(summarizeLocalization([])).toBeNull()
    // Two views of each of five patients, alike: 4 of 5 is 0.284 to 0.995.
    const twoViews = summarizeLocalization(images.map((one, i) => ({ ...one, patientId: `P${Math.floor(i / 2)}` })))
    expect(twoViews?.map.hitRate.value).toBe(0.8)
    expect(twoViews?.map.hitRate.low).toBeCloseTo(0.284, 3)
    expect(twoViews?.map.hitRate.high).toBeCloseTo(0.995, 3)
  })
})
