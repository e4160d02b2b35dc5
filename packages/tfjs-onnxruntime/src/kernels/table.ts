/** The table from tfjs's kernel names to lowerings, one family of kernels per file. */
import { convolutionKernels } from './convolution.ts'
import { convolution3dKernels } from './convolution3d.ts'
import { creationKernels } from './creation.ts'
import { detectionKernels } from './detection.ts'
import { elementwiseKernels } from './elementwise.ts'
import { indexingKernels } from './indexing.ts'
import { localKernels } from './local.ts'
import type { LoweringTable } from './lowering.ts'
import { matmulKernels } from './matmul.ts'
import { normalizationKernels } from './normalization.ts'
import { optimizerKernels } from './optimizer.ts'
import { poolingKernels } from './pooling.ts'
import { randomKernels } from './random.ts'
import { recomputeKernels } from './recompute.ts'
import { reductionKernels } from './reduction.ts'
import { resizeKernels } from './resize.ts'
import { samplingKernels } from './sampling.ts'
import { shapeKernels } from './shape.ts'
import { shapeArithmeticKernels } from './shape-arithmetic.ts'
import { softmaxKernels } from './softmax.ts'
import { spaceKernels } from './space.ts'

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
  ...convolution3dKernels,
  ...indexingKernels,
  ...spaceKernels,
  ...resizeKernels,
  ...localKernels,
  ...optimizerKernels,
  ...samplingKernels,
  ...detectionKernels,
  ...shapeArithmeticKernels,
  ...randomKernels,
  ...recomputeKernels,
}
