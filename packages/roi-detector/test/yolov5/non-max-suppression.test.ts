import { expect, test } from 'vitest'
import { nonMaxSuppression } from '../../src/yolov5/non-max-suppression.ts'

const rows = (...boxes: number[][]) => Float32Array.from(boxes.flat())

test('the better of two overlapping boxes of one class stays; of two classes both', () => {
  const one = rows([50, 50, 40, 40, 0.9, 0.9, 0.1], [52, 50, 40, 40, 0.8, 0.9, 0.1], [150, 50, 40, 40, 0.7, 0.9, 0])
  expect(nonMaxSuppression(one, 2).map(({ score }) => score.toFixed(2))).toEqual(['0.81', '0.63'])
  const two = rows([50, 50, 40, 40, 0.9, 0.9, 0.1], [52, 50, 40, 40, 0.8, 0.1, 0.9])
  expect(nonMaxSuppression(two, 2).map(({ classIndex }) => classIndex)).toEqual([0, 1])
})

test('objectness and the product with the class score must both pass the confidence', () => {
  const boxes = rows(
    [50, 50, 40, 40, 0.5, 0.4],
    [150, 50, 40, 40, 0.2, 1],
    [250, 50, 40, 40, 0.6, 0.6],
    [1, 1, 1, 1, Number.NaN, 1],
  )
  expect(nonMaxSuppression(boxes, 1, { confidence: 0.25 })).toHaveLength(1)
  expect(nonMaxSuppression(boxes, 1, { confidence: 0.1 })).toHaveLength(3)
  expect(nonMaxSuppression(boxes, 1, { confidence: 0.1, maxDetections: 2 })).toHaveLength(2)
})
