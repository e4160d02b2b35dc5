/** What a {@link DicomHeader} tells of a value that could not be taken as it is written. */

/** Why a value was not taken as it is written. */
export type HeaderWarningCode =
  /** It cannot be read as the attribute's representation says: not a number, too few values, a damaged table. The attribute is absent. */
  | 'malformed'
  /** It can be read but means nothing: a window of width 0, a negative spacing. The attribute is absent. */
  | 'out-of-range'
  /** It is not one of the terms that the standard defines. The attribute is as written, or absent where it would change pixels. */
  | 'unknown-term'
  /** It was read as what it evidently means: a decimal comma, lower case, another value representation. */
  | 'repaired'
  /** The file gives two different values; the header holds one of them, as the reason says. */
  | 'conflict'
  /** The value does not come from the attribute's own place. */
  | 'inferred'

/** A value that could not be taken as it is written. No such value makes a file unreadable unless its pixels depend on it. */
export interface HeaderWarning {
  /** The attribute in the header: `'windowWidth'`. */
  readonly keyword: string
  /** Where the value stands: `'00281051'`. */
  readonly tag: string
  readonly code: HeaderWarningCode
  /** The value as it is written, its first 64 characters. It may identify the patient, as the value itself may. */
  readonly text: string
  /** A sentence that says what was expected and what was done; it never repeats the value. */
  readonly reason: string
}

/** Takes note of a warning. */
export type Warn = (warning: HeaderWarning) => void

const longestText = 64

/** `text` is cut to the length that a warning has. */
export function headerWarning(
  keyword: string,
  tag: string,
  code: HeaderWarningCode,
  text: string,
  reason: string,
): HeaderWarning {
  return { keyword, tag, code, text: text.slice(0, longestText), reason }
}
