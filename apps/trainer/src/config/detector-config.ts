/** Options of train-detector. */
import { z } from 'zod'
import { count, seed, text } from './values.ts'

const threeAnchors = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])

export const detectorSchema = z.strictObject({
  images: text.default('data/detector').describe('folder with images/{train,val}/*.png and labels/{train,val}/*.txt'),
  trainingData: z.string().default('').describe('origin of the images, recorded in the model file'),
  width: z.number().positive().default(0.125).describe('width multiple, relative to YOLOv5l; YOLOv5n has 0.25'),
  depth: z.number().positive().default(0.33).describe('depth multiple, relative to YOLOv5l; YOLOv5n has 0.33'),
  imageSize: z.int().multipleOf(32).min(64).default(256).describe('side of the square input, pixels'),
  anchors: z
    .tuple([threeAnchors, threeAnchors, threeAnchors])
    .default([
      [50, 110, 75, 140, 90, 190],
      [110, 150, 110, 230, 150, 120],
      [140, 190, 150, 245, 190, 240],
    ])
    .describe('widths and heights of three anchors per stride, input pixels'),
  steps: count.default(1600).describe('optimizer steps'),
  batchSize: count.default(8).describe('images per step'),
  lr: z.number().positive().default(4e-3).describe('peak learning rate of the 1cycle schedule'),
  saveEvery: count.default(200).describe('steps between checkpoints'),
  seed: seed.describe('seed of weights, image order and augmentation'),
})
