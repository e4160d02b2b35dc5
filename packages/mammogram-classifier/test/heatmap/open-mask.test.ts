import { expect, it } from 'vitest'
import { openMask } from '../../src/heatmap/open-mask.ts'
import { drawOverlay } from '../../src/heatmap.ts'

const [height, width] = [60, 100]
const maskOf = (isWithin: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: height * width }, (_, i) => Number(isWithin(i % width, Math.floor(i / width))))
const inDisc = (x: number, y: number) => Math.hypot(x - 40, y - 30) <= 15
const inSpur = (x: number, y: number) => x >= 40 && Math.abs(y - 30) <= 2
const difference = (a: Uint8Array, b: Uint8Array) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0)

it('takes a spur off a disc, and nothing else but some pixels of the rim', () => {
  const disc = maskOf(inDisc)
  const opened = openMask(
    maskOf((x, y) => inDisc(x, y) || inSpur(x, y)),
    { height, width },
    4,
  )
  expect(opened[30 * width + 80]).toBe(0)
  expect(opened[30 * width + 60]).toBe(0)
  expect(difference(opened, disc)).toBeLessThanOrEqual(40)
  expect(difference(openMask(disc, { height, width }, 4), disc)).toBeLessThanOrEqual(8)
})

it('leaves what is wide, also at the border, and a piece that is thin everywhere', () => {
  const half = maskOf((x) => x >= 50)
  expect(openMask(half, { height, width }, 10)).toEqual(half)
  const thin = maskOf((x, y) => Math.abs(y - 20) <= 1 && x > 10 && x < 30)
  expect(openMask(thin, { height, width }, 4)).toEqual(thin)
  expect(openMask(thin, { height, width }, 0)).toBe(thin)
})

it('the line of an overlay leaves out a row of cells that is barely above its level', () => {
  const [rows, columns] = [400, 200]
  // Cells of 12 pixels; a spur of 6 to the right border.
  const heat = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)]
    return Math.hypot(x - 80, y - 200) <= 25 ? 1 : x > 80 && Math.abs(y - 200) <= 3 ? 0.52 : 0.1
  })
  const image = { data: new Uint8Array(rows * columns), height: rows, width: columns }
  const overlay = drawOverlay(image, heat, { opacity: 0 })
  const lined = Array.from(heat.keys()).filter((at) => overlay[4 * at] === 240)
  expect(lined.length).toBeGreaterThan(100)
  expect(lined.filter((at) => at % columns > 110)).toEqual([])
})
