/** Convolutions of volumes and their gradients. */
import type * as tf from '@tensorflow/tfjs-core'
import { convolveBackpropFilter } from './convolution-filter-gradient.ts'
import { convolution3dGeometry } from './convolution-geometry.ts'
import { convolve, convolveBackpropInput } from './convolution-lowering.ts'
import { channelsFirst, channelsLast } from './layout.ts'
import type { LoweringTable } from './lowering.ts'

export const convolution3dKernels: LoweringTable = {
  Conv3D(b, { x, filter }, attrs: tf.Conv3DAttrs) {
    return channelsLast(
      b,
      convolve(b, channelsFirst(b, x), filter, convolution3dGeometry(x.shape, filter.shape, attrs)),
    )
  },
  Conv3DBackpropInputV2(b, { dy, filter }, attrs: tf.Conv3DBackpropInputV2Attrs) {
    const geometry = convolution3dGeometry(attrs.inputShape, filter.shape, attrs)
    return channelsLast(b, convolveBackpropInput(b, channelsFirst(b, dy), filter, geometry))
  },
  Conv3DBackpropFilterV2(b, { x, dy }, attrs: tf.Conv3DBackpropFilterV2Attrs) {
    return convolveBackpropFilter(
      b,
      channelsFirst(b, x),
      channelsFirst(b, dy),
      convolution3dGeometry(x.shape, attrs.filterShape, attrs),
    )
  },
}
