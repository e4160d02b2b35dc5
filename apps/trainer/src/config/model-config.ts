/** Options of the network. */
import { z } from 'zod'
import { count } from './values.ts'

const belowOne = z.number().min(0).lt(1)
const stages = z.array(count).min(1).max(4)

/** SE-ResNeXt50 32x4d by default. */
export const modelSchema = z.strictObject({
  layers: stages.default([3, 4, 6, 3]).describe('blocks per stage'),
  channels: stages.default([64, 128, 256, 512]).describe('base channels per stage'),
  cardinality: count.default(32).describe('groups of the 3x3 convolutions'),
  baseWidth: count.default(4).describe('channels per group'),
  stemType: z
    .enum(['plain', 'deep', 'deep_tiered'])
    .default('plain')
    .describe('one 7x7 convolution, or three of 3x3, of which the first may be narrower'),
  stemWidth: count.default(64).describe('channels of a plain stem; a deep one outputs twice as many'),
  avgDown: z.boolean().default(false).describe('average 2x2 pixels in shortcuts, where strides skip them'),
  antiAlias: z
    .enum(['none', 'blur', 'average'])
    .default('none')
    .describe("what halves the image in place of strides and of the stem's pool"),
  squeezeExcite: z.boolean().default(true).describe('squeeze-and-excitation; false is ResNeXt'),
  inputNormalization: z
    .strictObject({
      window: count.describe('side of the neighborhood, pixels, an odd number'),
      air: z
        .number()
        .default(0.02)
        .describe('largest gray value, of 0 to 1, that is air: it becomes 0 and no mean counts it'),
      floor: z.number().positive().default(0.02).describe('added to the spread, gray values of 0 to 1'),
    })
    .nullable()
    .default(null)
    .describe(
      'subtract from each pixel the mean of its neighborhood and divide by its spread there, within the network; null: no',
    )
    .meta({ examples: [{ window: 37 }] }),
  globalPool: z
    .union([
      z.enum(['avg', 'max', 'gem']),
      z.strictObject({
        places: count.describe('how many of the highest places are averaged'),
        window: count.describe("cells of the last block's image that a place is the mean of, in both directions"),
      }),
    ])
    .default('avg')
    .describe(
      "how the last block's image becomes one vector; gem is a generalized mean with a trained exponent; places: the mean of the highest places",
    ),
  fusion: z
    .enum(['mean', 'attention'])
    .nullable()
    .default(null)
    .describe(
      'train and predict breasts: CC and MLO through one network, their vectors averaged, or weighed by attention, before the last layer; null: single images',
    ),
  dropRate: belowOne.default(0).describe('share of the pooled features that a training step drops'),
  dropPathRate: belowOne.default(0).describe('share of images whose last block a training step passes over'),
})
