import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignTargets, targetValues, yolov5n } from '../src/index.ts'
import { golden, goldenLabels } from './golden.ts'

describe('assignTargets', () => {
  it("assigns PyTorch's targets: the same rows, values to 1e-6", () => {
    const [, height, width] = golden.images
    const { anchors } = golden.config
    assignTargets(goldenLabels, { height, width, anchors }).forEach((targets, head) => {
      const [rows, columns] = [height / (8 << head), width / (8 << head)]
      const ours: number[][] = []
      for (let i = 0; i < targets.length / targetValues; i++) {
        const [mask, ...values] = targets.subarray(i * targetValues, (i + 1) * targetValues)
        if (mask === 0) continue
        const cell = Math.floor(i / 3)
        const [row, column] = [Math.floor(cell / columns) % rows, cell % columns]
        ours.push([Math.floor(cell / (rows * columns)), i % 3, row, column, ...values])
      }
      ours.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3])
      expect(ours.length).toBe(golden.assigned[head].length)
      ours.flat().forEach((value, k) => {
        expect(value).toBeCloseTo(golden.assigned[head].flat()[k], 5)
      })
    })
  })

  it('gives a box at most three cells of a head, its center within a cell and a half of each', () => {
    const size = fc.double({ min: 4, max: 250, noNaN: true })
    const place = fc.double({ min: 0, max: 255.9, noNaN: true })
    fc.assert(
      fc.property(place, place, size, size, (centerX, centerY, width, height) => {
        const options = { height: 256, width: 256, anchors: yolov5n.anchors }
        for (const targets of assignTargets([[{ centerX, centerY, width, height }]], options)) {
          const rows = Array.from({ length: targets.length / targetValues }, (_, i) =>
            targets.subarray(i * targetValues, (i + 1) * targetValues),
          ).filter(([mask]) => mask === 1)
          expect(rows.length).toBeLessThanOrEqual(9)
          for (const [, x, y] of rows) {
            expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.5)
            expect(Math.max(x, y)).toBeLessThanOrEqual(1.5)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    { centerX: 300, centerY: 10, width: 5, height: 5 },
    { centerX: 10, centerY: 10, width: 0, height: 5 },
    { centerX: 10, centerY: Number.NaN, width: 5, height: 5 },
    { centerX: 10, centerY: 10, width: 5, height: 5, classIndex: -1 },
  ])('refuses the label %j', (label) => {
    const options = { height: 256, width: 256, anchors: yolov5n.anchors }
    expect(() => assignTargets([[label]], options)).toThrow(expect.objectContaining({ code: 'invalid-label' }))
  })
})
