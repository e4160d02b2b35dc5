/** The table from tfjs's kernel names to lowerings, one family of kernels per file. */
import { convolutionKernels } from './convolution.ts'
import { creationKernels } from './creation.ts'
import { elementwiseKernels } from './elementwise.ts'
import type { LoweringTable } from './lowering.ts'
import { matmulKernels } from './matmul.ts'
import { normalizationKernels } from './normalization.ts'
import { poolingKernels } from './pooling.ts'
import { reductionKernels } from './reduction.ts'
import { shapeKernels } from './shape.ts'
import { softmaxKernels } from './softmax.ts'

export const lowerings: LoweringTable = {
  ...creationKernels,
  ...elementwiseKernels,
  ...shapeKernels,
  ...reductionKernels,
  ...softmaxKernels,
  ...matmulKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...normalizationKernels,
}
