/** Numbers, in binary or as decimal strings, and tags (PS3.5 Table 6.2-1). */
import type { NumberVr } from './writable-element.ts'

/** Throws with what was expected. */
type Fail = (expected: string) => never

interface Form {
  readonly size: number
  readonly low: number
  readonly high: number
}

const integers: Partial<Record<NumberVr | 'SV' | 'UV', Form>> = {
  US: { size: 2, low: 0, high: 0xffff },
  SS: { size: 2, low: -0x8000, high: 0x7fff },
  UL: { size: 4, low: 0, high: 0xffff_ffff },
  SL: { size: 4, low: -0x8000_0000, high: 0x7fff_ffff },
  UV: { size: 8, low: 0, high: 2 ** 64 },
  SV: { size: 8, low: -(2 ** 63), high: 2 ** 63 },
}

export function encodeNumbers(
  values: readonly (number | bigint)[],
  vr: NumberVr | 'SV' | 'UV',
  fail: Fail,
): Uint8Array {
  const form = integers[vr]
  const size = form?.size ?? (vr === 'FL' ? 4 : 8)
  const view = new DataView(new ArrayBuffer(values.length * size))
  values.forEach((value, index) => {
    const at = index * size
    if (form !== undefined && !(isInteger(value) && value >= form.low && value <= form.high)) {
      fail(`an integer of ${form.low} to ${form.high} for ${vr}`)
    }
    if (vr === 'FL') view.setFloat32(at, value as number, true)
    else if (vr === 'FD') view.setFloat64(at, value as number, true)
    else if (size === 8) view.setBigInt64(at, BigInt.asIntN(64, BigInt(value)), true)
    else if (size === 4) view.setUint32(at, (value as number) >>> 0, true)
    else view.setUint16(at, (value as number) & 0xffff, true)
  })
  return new Uint8Array(view.buffer)
}

function isInteger(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value)
}

const decimal = /^ *[+-]?(\d+(\.\d*)?|\.\d+)(E[+-]?\d+)? *$/i
const longestDecimal = 16

/** DS and IS; a number becomes the string that is nearest to it in at most 16 characters. */
export function encodeDecimals(values: readonly (string | number)[], vr: 'DS' | 'IS', fail: Fail): Uint8Array {
  const texts = values.map((value) => {
    const text = typeof value === 'number' ? formatDecimal(value) : value
    const isEmpty = text === ''
    if (vr === 'IS' && !isEmpty) {
      const isInteger = /^ *[+-]?\d{1,10} *$/.test(text) && Math.abs(Number(text)) < 2 ** 31
      if (!isInteger || text.length > 12) fail('an integer of at most 12 characters for IS')
    }
    if (vr === 'DS' && !isEmpty && !(decimal.test(text) && text.length <= longestDecimal)) {
      fail('a decimal number of at most 16 characters for DS')
    }
    return text
  })
  const joined = texts.join('\\')
  return Uint8Array.from(joined.length % 2 === 0 ? joined : `${joined} `, (letter) => letter.charCodeAt(0))
}

function formatDecimal(value: number): string {
  for (let digits = 17; digits > 0; digits--) {
    const rounded = Number(value.toPrecision(digits))
    const [text] = [String(rounded), rounded.toExponential()].filter(({ length }) => length <= longestDecimal)
    if (text !== undefined) return text
  }
  return String(value)
}

/** AT: group and element, 16 bits each. */
export function encodeTags(tags: readonly string[], fail: Fail): Uint8Array {
  const numbers = tags.flatMap((tag) => {
    if (!/^[0-9a-f]{8}$/i.test(tag)) fail('eight hexadecimal digits for AT')
    return [Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16)]
  })
  return encodeNumbers(numbers, 'US', fail)
}
