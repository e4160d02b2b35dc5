/** Decimal strings, DS and IS (PS3.5 Table 6.2-1), as files have them. */

/** A fixed or floating point number; `Number` would take more, such as Infinity or 0x10. */
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
/** The same with the decimal comma of a writer that formats numbers in the language of its user. */
const withComma = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i

/** The number that a text means, up to a NUL, with a decimal comma too; NaN where it means none, or none that is finite. */
export function parseDecimal(text: string): number {
  const written = text.split('\0')[0]!.trim()
  const plain = withComma.test(written) ? written.replace(',', '.') : written
  const value = decimal.test(plain) ? Number(plain) : Number.NaN
  return Number.isFinite(value) ? value : Number.NaN
}

/** Whether a text is a number as the standard wants it, spaces around it aside. */
export function isPlainDecimal(text: string): boolean {
  return decimal.test(text.trim())
}
