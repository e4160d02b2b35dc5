import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { completeIou, detectionLoss } from '../../src/detector/detection-loss.ts'
import { detectionTargets } from '../../src/detector/detection-targets.ts'

beforeAll(async () => {
  tf.enableProdMode() // without it tfjs prints advice
  await tf.setBackend('cpu')
})

const anchors = [
  [10, 10, 20, 20, 30, 30],
  [30, 30, 40, 40, 50, 50],
  [40, 40, 50, 50, 60, 60],
]

test('CIoU equals its definition in plain numbers, |delta| <= 1e-6', () => {
  const a = [10, 10, 4, 8]
  const boxes = [a, [11, 12, 5, 6], [30, 10, 4, 8], [10, 10, 2, 2]]
  const found = completeIou(tf.tensor2d(boxes.map(() => a)), tf.tensor2d(boxes)).dataSync()
  boxes.forEach((box, i) => {
    expect(Math.abs(found[i] - plainCiou(a, box))).toBeLessThanOrEqual(1e-6)
  })
  expect(found[0]).toBeCloseTo(1, 6)
})

test('has finite gradients everywhere and falls when a head answers rightly', () => {
  const targets = detectionTargets({ x: 30, y: 30, width: 40, height: 40 }, 64, anchors)
  const shapes = [8, 4, 2].map((cells) => [1, cells, cells, 18])
  const loss = (...heads: tf.Tensor[]) =>
    detectionLoss(
      heads as tf.Tensor4D[],
      targets.map((rows) => tf.tensor(rows)),
      anchors,
    ).loss
  const heads = shapes.map((shape) => tf.zeros(shape))
  const { value, grads } = tf.valueAndGrads(loss)(heads)
  for (const gradient of grads) expect(gradient.dataSync().every(Number.isFinite)).toBe(true)
  const stepped = heads.map((head, i) => tf.sub(head, tf.mul(grads[i], 2)))
  expect(loss(...stepped).dataSync()[0]).toBeLessThan(value.dataSync()[0])
})

function plainCiou([ax, ay, aw, ah]: number[], [bx, by, bw, bh]: number[]): number {
  const shared = (x: number, w: number, y: number, v: number) =>
    Math.max(0, Math.min(x + w / 2, y + v / 2) - Math.max(x - w / 2, y - v / 2))
  const hull = (x: number, w: number, y: number, v: number) =>
    Math.max(x + w / 2, y + v / 2) - Math.min(x - w / 2, y - v / 2)
  const inter = shared(ax, aw, bx, bw) * shared(ay, ah, by, bh)
  const iou = inter / (aw * ah + bw * bh - inter)
  const distance = ((ax - bx) ** 2 + (ay - by) ** 2) / (hull(ax, aw, bx, bw) ** 2 + hull(ay, ah, by, bh) ** 2)
  const v = (4 / Math.PI ** 2) * (Math.atan(bw / bh) - Math.atan(aw / ah)) ** 2
  return iou - distance - (v === 0 ? 0 : (v * v) / (1 - iou + v))
}
