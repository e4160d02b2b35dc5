import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { renderPhantom, scanFilm } from '../src/index.ts'

const films = (['L', 'R'] as const).flatMap((laterality) =>
  Array.from({ length: 12 }, (_, seed) => {
    const phantom = renderPhantom({ laterality, view: seed % 2 ? 'CC' : 'MLO', height: 192, patient: seed })
    return { phantom, scan: scanFilm({ ...phantom, laterality }, { seed }), laterality }
  }),
)

// Recorded on Node 20.20.2, Linux x64.
test('the same film and seed give the same scan, its pixels those recorded', () => {
  const film = { ...renderPhantom({ laterality: 'L', view: 'CC', height: 192 }), laterality: 'L' } as const
  const { data } = scanFilm(film, { seed: 5 })
  expect(scanFilm(film, { seed: 5 }).data).toEqual(data)
  expect(scanFilm(film, { seed: 6 }).data).not.toEqual(data)
  expect(createHash('sha256').update(data).digest('hex').slice(0, 16)).toBe('318ff3b145bd95e3')
})

test('the whole film lies in the scan, and some scans are larger than it', () => {
  for (const { phantom, scan } of films) {
    const { x, y, width, height } = scan.source
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
    expect([width, height]).toEqual([phantom.width, phantom.height])
    expect(x + width).toBeLessThanOrEqual(scan.width)
    expect(y + height).toBeLessThanOrEqual(scan.height)
    expect(scan.data.length).toBe(scan.width * scan.height)
  }
  const larger = films.filter(({ phantom, scan }) => scan.width > phantom.width || scan.height > phantom.height)
  expect(larger.length).toBeGreaterThan(8)
  expect(larger.length).toBeLessThan(24)
})

test('air is never black, and white blocks leave the breast clear', () => {
  let blocks = 0
  for (const { phantom, scan, laterality } of films) {
    const { source } = scan
    let [air, count, white, bright] = [0, 0, 0, 0]
    phantom.breastWidths.forEach((breast, y) => {
      for (let u = 0; u < phantom.width; u++) {
        const x = laterality === 'L' ? u : phantom.width - 1 - u
        const value = scan.data[(y + source.y) * scan.width + x + source.x]
        const before = phantom.data[y * phantom.width + x]
        if (u < breast) {
          // Dust apart, nothing in the breast turns white.
          if (value > 60_000 && before < 40_000) bright++
        } else if (before < 4000) {
          air += value
          count++
          if (value > 45_000) white++
        }
      }
    })
    expect(air / count).toBeGreaterThan(0.02 * 65_535)
    expect(bright).toBeLessThan(0.01 * phantom.breastArea)
    if (white > 0.01 * count) blocks++
  }
  expect(blocks).toBeGreaterThan(6)
})
