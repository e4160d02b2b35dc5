/** Bytes per value and the typed array of each data type; F16 and BF16 stay as their 16 bits. */
export const dtypes = {
  // From the largest alignment to the smallest, the order in which safetensors lays tensors out.
  U64: { bytes: 8, array: BigUint64Array },
  I64: { bytes: 8, array: BigInt64Array },
  F64: { bytes: 8, array: Float64Array },
  F32: { bytes: 4, array: Float32Array },
  U32: { bytes: 4, array: Uint32Array },
  I32: { bytes: 4, array: Int32Array },
  BF16: { bytes: 2, array: Uint16Array },
  F16: { bytes: 2, array: Uint16Array },
  U16: { bytes: 2, array: Uint16Array },
  I16: { bytes: 2, array: Int16Array },
  I8: { bytes: 1, array: Int8Array },
  U8: { bytes: 1, array: Uint8Array },
  BOOL: { bytes: 1, array: Uint8Array },
} as const

/** Data types of tensors in a file. */
export type SafetensorsDtype = keyof typeof dtypes

/** Data types that a weight may have. */
export const floatDtypes: ReadonlySet<SafetensorsDtype> = new Set(['F32', 'F16', 'BF16', 'F64'] as const)

interface Arrays {
  U64: BigUint64Array
  I64: BigInt64Array
  F64: Float64Array
  F32: Float32Array
  U32: Uint32Array
  I32: Int32Array
  BF16: Uint16Array
  F16: Uint16Array
  U16: Uint16Array
  I16: Int16Array
  I8: Int8Array
  U8: Uint8Array
  BOOL: Uint8Array
}

/** A tensor as the file holds it, in row-major order. */
export type SafetensorsTensor = {
  [Dtype in SafetensorsDtype]: {
    readonly dtype: Dtype
    readonly shape: readonly number[]
    readonly data: Arrays[Dtype]
  }
}[SafetensorsDtype]

export function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(dtypes, value)
}

/** Bytes of a tensor, or undefined for a shape that is none or whose size no number holds exactly. */
export function byteLength(dtype: SafetensorsDtype, shape: unknown): number | undefined {
  if (!Array.isArray(shape)) return undefined
  let bytes: number = dtypes[dtype].bytes
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined
    bytes *= size
    if (!Number.isSafeInteger(bytes)) return undefined
  }
  return bytes
}
