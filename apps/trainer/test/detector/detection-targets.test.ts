import { expect, test } from 'vitest'
import { detectionTargets } from '../../src/detector/detection-targets.ts'

const anchors = [
  [8, 8, 16, 16, 200, 200],
  [16, 16, 32, 32, 64, 64],
  [64, 64, 100, 100, 120, 120],
]
const rowsOf = (rows: Float32Array, cells: number) => {
  const found: number[][] = []
  for (let at = 0; at < rows.length; at += 5) {
    if (rows[at] !== 1) continue
    const row = at / 5
    found.push([Math.floor(row / 3) % cells, Math.floor(row / 3 / cells), row % 3, ...rows.subarray(at + 1, at + 5)])
  }
  return found
}

test('anchors within a factor of four answer, in the cell of the centre and its two nearest neighbours', () => {
  const box = { x: 34, y: 21, width: 20, height: 24 }
  const [p3] = detectionTargets(box, 64, anchors)
  // Centre (4.25, 2.625) in cells of 8: the cell, its left and its lower neighbour; the third anchor is ten times as wide.
  expect(rowsOf(p3, 8)).toEqual([
    [3, 2, 0, 1.25, 0.625, 2.5, 3],
    [3, 2, 1, 1.25, 0.625, 2.5, 3],
    [4, 2, 0, 0.25, 0.625, 2.5, 3],
    [4, 2, 1, 0.25, 0.625, 2.5, 3],
    [4, 3, 0, 0.25, -0.375, 2.5, 3],
    [4, 3, 1, 0.25, -0.375, 2.5, 3],
  ])
})

test('without a box, or at the corner of the frame, nothing falls outside', () => {
  expect(detectionTargets(undefined, 64, anchors).every((rows) => rows.every((value) => value === 0))).toBe(true)
  const [, , p5] = detectionTargets({ x: 64, y: 0, width: 100, height: 100 }, 64, anchors)
  expect(rowsOf(p5, 2).every(([column, row]) => column < 2 && row < 2)).toBe(true)
})
