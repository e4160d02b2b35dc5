/** Texts by their value representation and character set (PS3.5 6.1, Table 6.2-1). */
import type { TextVr, WritableElement } from './writable-element.ts'

/** Throws with what was expected. */
type Fail = (expected: string) => never

export type TextEncoding = 'ascii' | 'latin1' | 'utf-8'

/** Longest value in characters, and which characters it has, where not all. */
const rules: Partial<Record<TextVr, readonly [longest: number, form?: RegExp]>> = {
  AE: [16, /^[ -[\]-~]*$/],
  AS: [4, /^\d{3}[DWMY]$/],
  CS: [16, /^[A-Z0-9 _]*$/],
  DA: [8, /^\d{8}$/],
  DT: [26, /^\d{4,14}(\.\d{1,6})?([+-]\d{4})?$/],
  TM: [14, /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/],
  UI: [64, /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/],
  LO: [64],
  SH: [16],
  // Each of the three groups of components.
  PN: [64 * 3 + 2],
  LT: [10_240],
  ST: [1024],
}

/** Of one value, in which a backslash is one. */
const wholeTexts: readonly string[] = ['LT', 'ST', 'UR', 'UT']
/** Whose characters are of the character set of the data set. */
const localized: readonly string[] = ['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']
/** Control characters that a text of several lines may have. */
const lineBreaks = /[\t\n\f\r]/g

export function encodeTexts(values: readonly string[], vr: TextVr, encoding: TextEncoding, fail: Fail): Uint8Array {
  const isWhole = wholeTexts.includes(vr)
  if (isWhole && values.length > 1) fail(`one value for ${vr}`)
  for (const value of values) checkText(value, vr, isWhole, fail)
  const bytes = encodeCharacters(values.join('\\'), localized.includes(vr) ? encoding : 'ascii', fail)
  if (bytes.length % 2 === 0) return bytes
  const padded = new Uint8Array(bytes.length + 1).fill(vr === 'UI' ? 0 : 0x20)
  padded.set(bytes)
  return padded
}

function checkText(value: string, vr: TextVr, isWhole: boolean, fail: Fail): void {
  const [longest = Number.POSITIVE_INFINITY, form] = rules[vr] ?? []
  if ([...value].length > longest) fail(`at most ${longest} characters for ${vr}`)
  if (value !== '' && form !== undefined && !form.test(value)) fail(`a text of the form that ${vr} has`)
  if (!isWhole && value.includes('\\')) fail(`no backslash, which parts values, for ${vr}`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no text may have
  if (/[\u0000-\u001f\u007f]/.test(isWhole ? value.replace(lineBreaks, '') : value))
    fail(`no control characters for ${vr}`)
}

function encodeCharacters(text: string, encoding: TextEncoding, fail: Fail): Uint8Array {
  if (encoding === 'utf-8') {
    if (/\p{Surrogate}/u.test(text)) fail('a text without lone surrogates')
    return new TextEncoder().encode(text)
  }
  const highest = encoding === 'latin1' ? 0xff : 0x7e
  if ([...text].some((letter) => letter.charCodeAt(0) > highest)) {
    fail('characters of Specific Character Set, which may be left out, ISO_IR 100 or ISO_IR 192')
  }
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

/** How Specific Character Set (0008,0005) has texts written. */
export function textEncodingOf(characterSet: unknown): TextEncoding {
  const [term] = [characterSet].flat()
  if (term === 'ISO_IR 192') return 'utf-8'
  return term === 'ISO_IR 100' ? 'latin1' : 'ascii'
}

/** Whether a text, be it in a sequence, has characters beyond ASCII. */
export function needsUnicode(elements: readonly WritableElement[]): boolean {
  return elements.some((element) => {
    if (element.vr === 'SQ') return element.value.some(needsUnicode)
    return localized.includes(element.vr) && [element.value].flat().some((text) => /[^ -~\t\n\f\r]/.test(String(text)))
  })
}
