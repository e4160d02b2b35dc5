import { describe, expect, it } from 'vitest'
import { ClassifierError, drawOverlay, heatLayer, heatMask } from '../../src/heatmap.ts'

const pixelOf = (rgba: Uint8ClampedArray, at: number) => [...rgba.subarray(4 * at, 4 * at + 4)]

/**
 * What people without one kind of cone see, linear RGB to linear RGB. Machado, Oliveira, Fernandes, "A Physiologically-based Model for
 * Simulation of Color Vision Deficiency", IEEE TVCG 15 (2009), severity 1.0.
 */
const deficiencies = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
}

describe('drawOverlay', () => {
  it('leaves the image as it is where there is no evidence for cancer', () => {
    const data = Uint16Array.of(0, 32_896, 65_535, 257)
    const overlay = drawOverlay({ data, height: 1, width: 4 }, Float32Array.of(0, -3, 0, -1))
    expect([0, 1, 2, 3].map((at) => pixelOf(overlay, at))).toEqual(
      [0, 128, 255, 1].map((gray) => [gray, gray, gray, 255]),
    )
  })

  it('colors by the share of the highest value, or of one that several images have in common', () => {
    const image = { data: new Uint8Array(3), height: 1, width: 3 }
    const heat = Float32Array.of(1, 2, 4)
    const plain = drawOverlay(image, heat, { opacity: 1, contours: [] })
    expect(pixelOf(plain, 2)).toEqual([240, 228, 66, 255])
    expect(pixelOf(plain, 1)).toEqual([113, 80, 16, 255]) // the middle of both colors, 226.5, 161 and 33, over half of black
    const common = drawOverlay(image, heat, { opacity: 1, contours: [], max: 8 })
    expect(pixelOf(common, 2)).toEqual(pixelOf(plain, 1))
  })

  it('surrounds what is above half of the highest by a line', () => {
    const side = 9
    const heat = Float32Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [i % side, Math.floor(i / side)]
      return Math.max(Math.abs(x - 4), Math.abs(y - 4)) <= 2 ? 1 : 0.1
    })
    const overlay = drawOverlay({ data: new Uint8Array(side * side), height: side, width: side }, heat, { opacity: 0 })
    const lined = Array.from(heat.keys()).filter((at) => overlay[4 * at] === 240)
    expect(lined).toHaveLength(16)
    expect(lined).toContain(2 * side + 2)
    expect(lined).not.toContain(4 * side + 4)
  })

  it.each(Object.entries(deficiencies))('differs from every gray for %s: 10 or more in CIE L*a*b*', (_, matrix) => {
    const grays = [0, 64, 128, 192, 255]
    const data = Uint8Array.from(grays)
    const overlay = drawOverlay({ data, height: 1, width: 5 }, new Float32Array(5).fill(1), { contours: [] })
    grays.forEach((gray, at) => {
      const [seen, bare] = [pixelOf(overlay, at), [gray, gray, gray]].map((rgb) => labOf(rgb.slice(0, 3), matrix))
      expect(Math.hypot(...seen!.map((value, i) => value - bare![i]!))).toBeGreaterThanOrEqual(10)
    })
  })

  it('refuses a heatmap of another size', () => {
    const refused = () => drawOverlay({ data: new Uint8Array(4), height: 2, width: 2 }, new Float32Array(3))
    expect(refused).toThrow(ClassifierError)
    expect(refused).toThrow('Expected 2 x 2 values for image and heatmap but received 4 and 3.')
  })
})

describe('heatMask', () => {
  it('is black everywhere where nothing speaks for cancer', () => {
    expect(heatMask(Float32Array.of(-1, 0, Number.NaN))).toEqual(new Uint8Array(3))
    expect(heatMask(Float32Array.of(-1, 0.5, 2))).toEqual(Uint8Array.of(0, 64, 255))
    expect(heatMask(Float32Array.of(-1, 0.5, 2), 1)).toEqual(Uint8Array.of(0, 128, 255))
  })
})

/** sRGB of 8 bits through a deficiency to CIE L*a*b* under D65 (IEC 61966-2-1, CIE 15). */
function labOf(rgb: readonly number[], matrix: readonly number[]): number[] {
  const linear = rgb.map((value) => (value <= 10.31 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4))
  const seen = [0, 3, 6].map((row) => linear.reduce((sum, value, i) => sum + value * matrix[row + i]!, 0))
  const [r, g, b] = seen.map((value) => Math.min(Math.max(value, 0), 1)) as [number, number, number]
  const x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b
  const z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
  const [fx, fy, fz] = [x, y, z].map((t) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)) as [
    number,
    number,
    number,
  ]
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
}

describe('heatLayer', () => {
  it('laid over an image gives what drawOverlay gives, within one level of 8 bits', () => {
    const heat = Float32Array.of(-1, 0, 1, 2, 3, 4)
    const data = Uint8Array.of(0, 50, 100, 150, 200, 255)
    const [layer, opacity] = [heatLayer(heat), 0.45]
    const overlay = drawOverlay({ data, height: 2, width: 3 }, heat, { opacity, contours: [] })
    for (let at = 0; at < 4 * heat.length; at++) {
      if (at % 4 === 3) continue
      const cover = (opacity * layer[at | 3]!) / 255
      const laid = data[at >> 2]! * (1 - cover) + layer[at]! * cover
      expect(Math.abs(laid - overlay[at]!)).toBeLessThanOrEqual(1)
    }
    expect(layer[3]).toBe(0)
    expect(heatLayer(Float32Array.of(-1, 0)).every((value) => value === 0)).toBe(true)
  })
})

it('draws the same line around a place wherever it lies, as wide and without its spurs', () => {
  const size = { height: 1100, width: 300 }
  const blobAt = (left: number, top: number) => {
    const heat = new Float32Array(size.height * size.width)
    for (let y = 0; y < 120; y++)
      for (let x = 0; x < 90; x++) {
        const isSpur = y === 60 && x > 60
        if (Math.hypot(x - 45, y - 60) < 40 || isSpur) heat[(top + y) * size.width + left + x] = 1
      }
    const rgba = drawOverlay({ data: new Uint8Array(heat.length), ...size }, heat, { opacity: 0 })
    // With no opacity only the line has a color.
    return [...heat.keys()].filter((at) => rgba[4 * at] !== 0).map((at) => at - (top * size.width + left))
  }
  const line = blobAt(100, 500)
  const thickness = line.length / (2 * Math.PI * 40)
  expect(thickness).toBeGreaterThan(1.5)
  expect(thickness).toBeLessThan(3)
  expect(line.some((at) => at % size.width > 87)).toBe(false)
  for (const [left, top] of [
    [3, 2],
    [205, 975],
  ] as const)
    expect(blobAt(left, top)).toEqual(line)
})
