/** Element types by ONNX Runtime's names, with OpenVINO's codes and the arrays that hold their values. */
import { OpenVinoError } from './open-vino-error.ts'

/** An array of numbers of one type; booleans are bytes 0 and 1. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

interface TensorDataConstructor {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): TensorData
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): TensorData
}

interface Element {
  /** ov_element_type_e of ov_common.h, OpenVINO 2025 and later. */
  readonly code: number
  readonly array: TensorDataConstructor
}

const elements = {
  bool: { code: 1, array: Uint8Array },
  float16: { code: 3, array: Uint16Array },
  float32: { code: 4, array: Float32Array },
  float64: { code: 5, array: Float64Array },
  int8: { code: 7, array: Int8Array },
  int16: { code: 8, array: Int16Array },
  int32: { code: 9, array: Int32Array },
  int64: { code: 10, array: BigInt64Array },
  uint8: { code: 16, array: Uint8Array },
  uint16: { code: 17, array: Uint16Array },
  uint32: { code: 18, array: Uint32Array },
  uint64: { code: 19, array: BigUint64Array },
} as const satisfies Record<string, Element>

/** Name of an element type; `float16` is the bits of each number in a `Uint16Array`. */
export type ElementType = keyof typeof elements

export function elementOf(type: ElementType): Element {
  return elements[type]
}

/** @throws {OpenVinoError} `unsupported-type` */
export function elementTypeOf(code: number, name: string): ElementType {
  const found = Object.entries(elements).find(([, element]) => element.code === code)
  if (found !== undefined) return found[0] as ElementType
  const types = Object.keys(elements).join(', ')
  throw new OpenVinoError(
    'unsupported-type',
    `Expected one of ${types} for ${name} of the model but received element type ${code} of OpenVINO. Convert it in the model.`,
    { name, code },
  )
}
