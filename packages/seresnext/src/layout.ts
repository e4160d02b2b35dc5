import type { Parameter } from './parameters.ts'

/**
 * The shape in tfjs: a filter [out, in, kh, kw] is [kh, kw, in, out] here, a linear layer [out, in] is [in, out].
 */
export function tfjsShape({ kind, shape }: Parameter): number[] {
  if (kind === 'convolution') return [shape[2], shape[3], shape[1], shape[0]]
  return kind === 'linear' ? [shape[1], shape[0]] : [...shape]
}

/** Values from PyTorch's order to tfjs's. */
export function toTfjsLayout(parameter: Parameter, values: Float32Array): Float32Array {
  const matrix = asMatrices(parameter)
  return matrix ? transpose(values, matrix.out, matrix.inputs, matrix.area) : values
}

/** Values from tfjs's order to PyTorch's. */
export function toPytorchLayout(parameter: Parameter, values: Float32Array): Float32Array {
  const matrix = asMatrices(parameter)
  return matrix ? transpose(values, matrix.area, matrix.inputs, matrix.out) : Float32Array.from(values)
}

/** A filter is [out, in, area] in PyTorch and [area, in, out] in tfjs: the outer two change places. */
function asMatrices({ kind, shape }: Parameter): { out: number; inputs: number; area: number } | undefined {
  if (kind === 'linear') return { out: shape[0], inputs: 1, area: shape[1] }
  return kind === 'convolution' ? { out: shape[0], inputs: shape[1], area: shape[2] * shape[3] } : undefined
}

/** [a, b, c] to [c, b, a]. */
function transpose(values: Float32Array, a: number, b: number, c: number): Float32Array {
  const result = new Float32Array(values.length)
  let from = 0
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) result[(k * b + j) * a + i] = values[from++]
    }
  }
  return result
}
