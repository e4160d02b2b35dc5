import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { createYolov5 } from '../../src/detector/yolov5-network.ts'

beforeAll(async () => {
  tf.enableProdMode() // without it tfjs prints advice
  await tf.setBackend('cpu')
})

const anchors = [1, 2, 4].map((scale) => [10, 20, 15, 30, 20, 40].map((side) => side * scale))

test('nano has the parameters of YOLOv5n with one class, less two channels of the stem', () => {
  const network = createYolov5({ width: 0.25, imageSize: 64, anchors, seed: 1 })
  const parameters = network.trainable.reduce((sum, variable) => sum + variable.size, 0)
  // 1,765,270: what YOLOv5 v7.0 prints for yolov5n with nc = 1; its stem is 6 x 6 x 3 x 16.
  expect(parameters).toBe(1_765_270 - 6 * 6 * 2 * 16)
  network.dispose()
})

test('gives raw heads at strides 8, 16 and 32, the same for the same seed', () => {
  const run = (seed: number) => {
    const network = createYolov5({ width: 0.03125, imageSize: 64, anchors, seed }, `net${seed}-${Math.random()}`)
    const heads = network.forward(tf.fill([2, 64, 64, 1], 0.5), false)
    const values = heads.map((head) => ({ shape: head.shape, data: Array.from(head.dataSync()) }))
    network.dispose()
    return values
  }
  expect(run(1).map(({ shape }) => shape)).toEqual([
    [2, 8, 8, 18],
    [2, 4, 4, 18],
    [2, 2, 2, 18],
  ])
  expect(run(1)).toEqual(run(1))
  expect(run(1)).not.toEqual(run(2))
})
