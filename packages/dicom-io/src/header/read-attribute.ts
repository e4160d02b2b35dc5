/** One attribute by its bytes. A value that cannot be taken as it is written gets a warning, and never ends the reading. */
import type { Attribute, AttributeName, attributes } from './attributes.ts'
import type { DicomElements } from './elements.ts'
import { type HeaderWarningCode, headerWarning, type Warn } from './header-warning.ts'
import { isPlainDecimal } from './parse-decimal.ts'
import { isWellFormed, termOf } from './text-values.ts'

export type AttributeValue = string | number | readonly string[] | readonly number[]

interface ValueOf {
  text: string
  texts: readonly string[]
  number: number
  numbers: readonly number[]
}
export type AttributeValues = { [N in AttributeName]?: ValueOf[(typeof attributes)[N]['shape']] }

/** Bytes of a value that may still be one: more than any writer of a named attribute needs. */
const longestValue = 2 ** 16

/** Where an attribute is read, and how. */
export interface AttributePlace {
  readonly item: DicomElements
  readonly tag: string
  /** Pixel Representation: attributes that are US or SS are SS. */
  readonly signed: boolean
  readonly warn: Warn
}

/** The value of an attribute; undefined where it is absent, empty, or cannot be read and a warning says so. */
export function readAttribute(
  name: AttributeName,
  attribute: Attribute,
  place: AttributePlace,
): AttributeValue | undefined {
  const element = place.item.get(place.tag)
  if (element === undefined || (element.bytes.length === 0 && element.items.length === 0)) return undefined
  const note = (code: HeaderWarningCode, reason: string) => {
    place.warn(headerWarning(name, place.tag, code, element.items.length > 0 ? '' : asText(attribute, place), reason))
  }
  if (element.bytes.length > longestValue || element.items.length > 0) {
    note('malformed', `Expected a value of at most ${longestValue} bytes; the attribute is left out.`)
    return attribute.rule?.decidesPixels ? Number.NaN : undefined
  }
  return isNumeric(attribute) ? readNumbers(attribute, place, note) : readTexts(attribute, place, note)
}

type Note = (code: HeaderWarningCode, reason: string) => void

function isNumeric({ shape }: Attribute): boolean {
  return shape === 'number' || shape === 'numbers'
}

function readNumbers(attribute: Attribute, place: AttributePlace, note: Note): AttributeValue | undefined {
  const { vr, shape, rule = {} } = attribute
  const values = numbersOf(attribute, place)
  const absent = rule.decidesPixels ? Number.NaN : undefined
  if (values === undefined) return undefined
  const used = shape === 'number' ? values.slice(0, 1) : values
  if (used.some((value) => Number.isNaN(value) || (vr === 'IS' && !Number.isSafeInteger(value)))) {
    // Of several windows one may be sound: they are sorted out in pairs.
    if (shape === 'numbers' && rule.count === undefined) return used
    note('malformed', `Expected ${vr === 'IS' ? 'an integer' : 'a number'}; the attribute is left out.`)
    return absent
  }
  if (rule.count !== undefined && used.length !== rule.count) {
    note('malformed', `Expected ${rule.count} numbers; the attribute is left out.`)
    return undefined
  }
  if (rule.positive && used.some((value) => value <= 0)) {
    note(
      'out-of-range',
      `Expected ${rule.count === undefined ? 'a number' : 'numbers'} above 0; the attribute is left out.`,
    )
    return undefined
  }
  noteRepairs(attribute, place, note)
  if (values.length > used.length) note('conflict', 'Expected one value but received several; the first is used.')
  return shape === 'number' ? used[0] : used
}

/** Numbers in the representation that the file names, be it the right one or not. */
function numbersOf({ vr }: Attribute, { item, tag, signed }: AttributePlace): readonly number[] | undefined {
  if (vr !== 'xs') return item.numbers(tag, vr)
  const written = item.get(tag)?.vr
  return written === 'US' || written === 'SS' ? item.shorts(tag, signed) : item.numbers(tag, signed ? 'SS' : 'US')
}

function noteRepairs({ vr }: Attribute, { item, tag }: AttributePlace, note: Note): void {
  const written = item.get(tag)!.vr
  const isBinary = vr === 'US' || vr === 'SS' || vr === 'xs'
  const asText = item.texts(tag) ?? []
  if (isBinary ? !shorts.includes(written) : numeric.includes(written)) {
    note(
      'repaired',
      `Expected the representation ${vr === 'xs' ? 'US or SS' : vr} but received ${written}; it is read as that.`,
    )
  } else if (!isBinary && asText.some((value) => value.includes(','))) {
    note('repaired', 'Expected a decimal point but received a comma; it is read as one.')
  } else if (!isBinary && !asText.every(isPlainDecimal)) {
    note('repaired', 'Expected a number alone; what stands after it is left out.')
  }
}

const shorts: readonly string[] = ['US', 'SS', 'UN', 'OB', 'OW', 'xs']
const numeric: readonly string[] = ['US', 'SS', 'UL', 'SL', 'FL', 'FD']
const binary: readonly string[] = [...shorts, ...numeric]

/** The value as it is written; binary numbers as decimal ones. */
function asText(attribute: Attribute, place: AttributePlace): string {
  if (!isNumeric(attribute)) return place.item.texts(place.tag)?.join('\\') ?? ''
  const written = place.item.get(place.tag)!.vr
  const isBinary = binary.includes(written)
  return (isBinary ? numbersOf(attribute, place) : place.item.texts(place.tag))?.slice(0, 64).join('\\') ?? ''
}

function readTexts(attribute: Attribute, { item, tag }: AttributePlace, note: Note): AttributeValue | undefined {
  const { vr, shape, rule = {} } = attribute
  const written = item.texts(tag)
  if (written === undefined) return undefined
  const clean = written.map((value) => value.split('\0')[0]!.trim())
  const values = vr === 'CS' ? clean.map((value) => termOf(value, rule.terms)) : clean
  if (values.some((value, index) => value !== written[index])) {
    note('repaired', `Expected a value as the standard writes it; it is read as that.`)
  }
  if (values.every((value) => value === '')) return undefined
  const termless = rule.terms !== undefined && values.some((value) => value !== '' && !rule.terms!.includes(value))
  const kept = rule.termsOnly ? 'the attribute is left out' : 'it is kept as it is written'
  if (shape === 'texts') {
    if (termless) note('unknown-term', `Expected ${rule.terms!.join(', ')}; ${kept}.`)
    return values
  }
  const value = vr === 'CS' || vr === 'AS' || vr === 'DA' ? values.find((one) => one !== '')! : values.join('\\')
  if (values.length > 1) {
    const taken = value.includes('\\') ? 'they are kept as one' : 'the first is used'
    note('conflict', `Expected one value but received several; ${taken}.`)
  }
  if (!isWellFormed(value, vr)) {
    note('malformed', `Expected a value of the representation ${vr}; it is kept as it is written.`)
  }
  if (rule.terms === undefined || rule.terms.includes(value)) return value
  note('unknown-term', `Expected ${rule.terms.join(', ')}; ${kept}.`)
  return rule.termsOnly ? undefined : value
}
