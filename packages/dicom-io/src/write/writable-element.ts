/** Elements as `writeDicom` takes them. */

/** An element with one value, or several. */
export type WritableElement =
  | { readonly tag: string; readonly vr: TextVr; readonly value: string | readonly string[] }
  | { readonly tag: string; readonly vr: 'DS' | 'IS'; readonly value: Several<string | number> }
  | { readonly tag: string; readonly vr: NumberVr; readonly value: Several<number> }
  | { readonly tag: string; readonly vr: 'SV' | 'UV'; readonly value: Several<number | bigint> }
  /** Tags, eight hexadecimal digits each. */
  | { readonly tag: string; readonly vr: 'AT'; readonly value: Several<string> }
  /** Bytes as they are written; the numbers of a typed array in little endian. Compressed frames as an array of their bytes. */
  | { readonly tag: string; readonly vr: BytesVr; readonly value: ArrayBufferView | readonly Uint8Array[] }
  | { readonly tag: string; readonly vr: 'SQ'; readonly value: readonly (readonly WritableElement[])[] }

type Several<T> = T | readonly T[]

/** Value representations whose values are text. */
export type TextVr =
  | 'AE'
  | 'AS'
  | 'CS'
  | 'DA'
  | 'DT'
  | 'LO'
  | 'LT'
  | 'PN'
  | 'SH'
  | 'ST'
  | 'TM'
  | 'UC'
  | 'UI'
  | 'UR'
  | 'UT'
/** Value representations whose values are binary numbers. */
export type NumberVr = 'US' | 'SS' | 'UL' | 'SL' | 'FL' | 'FD'
/** Value representations whose values are bytes. */
export type BytesVr = 'OB' | 'OD' | 'OF' | 'OL' | 'OV' | 'OW' | 'UN'
