/** The properties of all kernels and of all gradients, and what is left out for which reason. */
import * as tf from '@tensorflow/tfjs'
import { lowerings } from '../../../src/kernels/table.ts'
import { elementwiseGradients, elementwiseProperties } from './elementwise.ts'
import { imageGradients, imageProperties, linearGradients } from './images.ts'
import { indexingGradients, indexingProperties } from './indexing.ts'
import type { Properties } from './property.ts'
import { shapeGradients, shapeProperties } from './shape.ts'

export { linearGradients }

export const properties: Properties = {
  ...elementwiseProperties,
  ...shapeProperties,
  ...imageProperties,
  ...indexingProperties,
}

/** Kernels of this package's own that have tests elsewhere. */
export const testedElsewhere: Readonly<Record<string, string>> = {
  AdamUpdate: 'train-step.test.ts',
  Recompute: 'ops/recompute.test.ts',
  RecomputeEnd: 'ops/recompute.test.ts',
}

/** Gradients that nothing can be compared with, and why. */
export const withoutGradient: Readonly<Record<string, string>> = {
  BroadcastTo: 'tfjs broadcasts by tiling, whose gradient is tested as that of Tile',
  LogSoftmax: 'tfjs composes it with a gradient of its own, which is tested in families.test.ts',
}

/** Samples of each kernel that has a gradient in tfjs which the JavaScript backend computes rightly. */
export const gradients: Properties = Object.fromEntries(
  Object.entries({
    ...properties,
    ...elementwiseGradients,
    ...shapeGradients,
    ...imageGradients,
    ...indexingGradients,
  }).filter(
    ([name]) =>
      name in lowerings && tf.getGradient(name) != null && !(name in withoutGradient) && !(name in linearGradients),
  ),
)
