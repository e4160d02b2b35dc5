/** The README's table of kernels, made from the lowerings and their properties. */

import { convolutionKernels } from '../src/kernels/convolution.ts'
import { convolution3dKernels } from '../src/kernels/convolution3d.ts'
import { creationKernels } from '../src/kernels/creation.ts'
import { detectionKernels } from '../src/kernels/detection.ts'
import { elementwiseKernels } from '../src/kernels/elementwise.ts'
import { indexingKernels } from '../src/kernels/indexing.ts'
import { localKernels } from '../src/kernels/local.ts'
import { matmulKernels } from '../src/kernels/matmul.ts'
import { normalizationKernels } from '../src/kernels/normalization.ts'
import { optimizerKernels } from '../src/kernels/optimizer.ts'
import { poolingKernels } from '../src/kernels/pooling.ts'
import { randomKernels } from '../src/kernels/random.ts'
import { recomputeKernels } from '../src/kernels/recompute.ts'
import { reductionKernels } from '../src/kernels/reduction.ts'
import { resizeKernels } from '../src/kernels/resize.ts'
import { samplingKernels } from '../src/kernels/sampling.ts'
import { shapeKernels } from '../src/kernels/shape.ts'
import { shapeArithmeticKernels } from '../src/kernels/shape-arithmetic.ts'
import { softmaxKernels } from '../src/kernels/softmax.ts'
import { spaceKernels } from '../src/kernels/space.ts'
import { lowerings } from '../src/kernels/table.ts'
import { tfjsKernelNames } from '../src/trace/register.ts'
import { gradients, linearGradients, properties, testedElsewhere } from './kernels/properties/all-properties.ts'

const families = {
  creation: creationKernels,
  elementwise: elementwiseKernels,
  shape: shapeKernels,
  reduction: reductionKernels,
  softmax: softmaxKernels,
  products: matmulKernels,
  convolution: { ...convolutionKernels, ...convolution3dKernels },
  pooling: poolingKernels,
  normalization: normalizationKernels,
  indexing: indexingKernels,
  space: spaceKernels,
  resizing: resizeKernels,
  local: localKernels,
  sampling: samplingKernels,
  detection: detectionKernels,
  'shapes as tensors': shapeArithmeticKernels,
  random: randomKernels,
  optimizers: optimizerKernels,
  recomputation: recomputeKernels,
}

/** Markdown: a line for each family with its kernels, a star behind those that no test traces; then what is missing. */
export function kernelTable(): string {
  const names = tfjsKernelNames()
  const tested = { ...properties, ...testedElsewhere }
  const mark = (name: string) => `${name.replace('_', '\\_')}${name in tested ? '' : '\\*'}`
  const rows = Object.entries(families).map(
    ([family, table]) => `- **${family}**: ${Object.keys(table).sort().map(mark).join(' ')}`,
  )
  const covered = names.filter((name) => name in lowerings)
  const missing = names.filter((name) => !(name in lowerings)).sort()
  const untested = Object.keys(lowerings).filter((name) => !(name in tested))
  const compared = Object.keys(gradients).length + Object.keys(linearGradients).length
  return [
    `${covered.length} of the ${names.length} kernels that tfjs-core names are covered, and ${Object.keys(lowerings).length - covered.length} of this package's own;`,
    `${untested.length === 0 ? 'each' : 'each without a star'} is compared with the JavaScript backend on random shapes and numbers, and so are ${compared} gradients (\`test/kernels/properties\`).`,
    '',
    ...rows,
    `- **missing**: ${missing.join(' ')}`,
    '',
  ].join('\n')
}
