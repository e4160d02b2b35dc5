/** Operators on channels-first images with a window: convolution, pooling; and normalization of images. */
import type { Attributes } from '../graph.ts'
import { type Inferred, type Inputs, illegal, list, type OperatorTable, preserving } from './operator.ts'

export const windowOperators: OperatorTable = {
  Conv: { arity: [2, 3], infer: inferConv },
  /** ONNX Runtime's own: a convolution with a bias, added to a fourth input. */
  FusedConv: { arity: [4, 4], infer: inferConv },
  ConvTranspose: { arity: [2, 3], infer: inferConvTranspose },
  MaxPool: {
    arity: [1, 1],
    infer: (inputs, a) => {
      const [pooled] = inferPool(inputs, a)
      return [pooled, { shape: pooled.shape, dtype: 'int64' }]
    },
  },
  AveragePool: { arity: [1, 1], infer: inferPool },
  BatchNormalization: preserving(5, 5),
}

function inferPool([x]: Inputs, a: Attributes): Inferred[] {
  const [batch, channels, ...space] = x!.shape
  return [{ shape: [batch, channels, ...windowed(space, list(a.kernel_shape), a)], dtype: x!.dtype }]
}

function inferConv([x, w]: Inputs, a: Attributes): Inferred[] {
  const group = (a.group as number | undefined) ?? 1
  if (x!.shape[1] !== w!.shape[1] * group)
    throw illegal(
      `Expected ${w!.shape[1] * group} channels for Conv but received [${x!.shape}] and filter [${w!.shape}].`,
    )
  return [{ shape: [x!.shape[0], w!.shape[0], ...windowed(x!.shape.slice(2), w!.shape.slice(2), a)], dtype: x!.dtype }]
}

function inferConvTranspose([x, w]: Inputs, a: Attributes): Inferred[] {
  const rank = x!.shape.length - 2
  const pads = list(a.pads)
  const lengths = x!.shape.slice(2).map((n, i) => {
    const reach = (w!.shape[i + 2] - 1) * (list(a.dilations ?? [])[i] ?? 1) + 1
    return (n - 1) * list(a.strides)[i] + list(a.output_padding)[i] + reach - pads[i] - pads[i + rank]
  })
  return [{ shape: [x!.shape[0], w!.shape[1] * ((a.group as number | undefined) ?? 1), ...lengths], dtype: x!.dtype }]
}

/** Number of windows along each spatial axis. */
function windowed(lengths: readonly number[], kernel: readonly number[], a: Attributes): number[] {
  const rank = lengths.length
  const pads = list(a.pads ?? new Array(2 * rank).fill(0))
  return lengths.map((n, i) => {
    const reach = (kernel[i] - 1) * (list(a.dilations ?? [])[i] ?? 1) + 1
    return Math.floor((n + pads[i] + pads[i + rank] - reach) / (list(a.strides ?? [])[i] ?? 1)) + 1
  })
}
