/** Kernels that pool windows of images and volumes. */
import { averagePool, averagePoolGradient } from './average-pooling.ts'
import type { LoweringTable } from './lowering.ts'
import { maxPool, maxPoolGradient, maxPoolWithArgmax } from './max-pooling.ts'
import { imageGeometry, volumeGeometry } from './pooling-windows.ts'

export const poolingKernels: LoweringTable = {
  MaxPool: maxPool(imageGeometry),
  MaxPool3D: maxPool(volumeGeometry),
  MaxPoolGrad: maxPoolGradient(imageGeometry),
  MaxPool3DGrad: maxPoolGradient(volumeGeometry),
  MaxPoolWithArgmax: maxPoolWithArgmax,
  AvgPool: averagePool(imageGeometry),
  AvgPool3D: averagePool(volumeGeometry),
  AvgPoolGrad: averagePoolGradient(imageGeometry),
  AvgPool3DGrad: averagePoolGradient(volumeGeometry),
}
