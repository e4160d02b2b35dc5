import type { SafetensorsTensor } from './dtypes.ts'
import { SafetensorsError } from './safetensors-error.ts'

/**
 * The values of an F32, F16, BF16 or F64 tensor as float32; F64 is rounded, F32 is the tensor's own array.
 *
 * @throws {SafetensorsError} for a tensor that holds no floats.
 * @example
 * tensorToFloat32({ dtype: 'BF16', shape: [1], data: Uint16Array.of(0x3fc0) }) // Float32Array [1.5]
 */
export function tensorToFloat32(tensor: SafetensorsTensor): Float32Array {
  switch (tensor.dtype) {
    case 'F32':
      return tensor.data
    case 'F64':
      return Float32Array.from(tensor.data)
    case 'BF16':
      return new Float32Array(Uint32Array.from(tensor.data, (bits) => bits << 16).buffer)
    case 'F16':
      return Float32Array.from(tensor.data, halfToNumber)
    default: {
      const message = `Expected F32, F16, BF16 or F64 for a float tensor but received ${tensor.dtype}. Read its data as it is.`
      throw new SafetensorsError('dtype-unsupported', message, { dtype: tensor.dtype })
    }
  }
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}
