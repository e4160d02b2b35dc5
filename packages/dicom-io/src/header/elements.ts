/** Any element of a header, by tag: the way to what {@link DicomHeader} does not name. */
import daikon from 'daikon'
import type { ByteArrayParser, DataSet } from 'dicom-parser'
import { describeValue } from '../describe-value.ts'
import { DicomError } from '../dicom-error.ts'
import { characterSetOf, characterSets, decodeText } from './character-sets.ts'
import { parseDecimal } from './parse-decimal.ts'
import { termOf } from './text-values.ts'

/** One data element with the bytes of its value. */
export interface DicomElement {
  /** Eight hexadecimal digits, group then element, upper case: `'00280010'`. */
  readonly tag: string
  /** Value representation as written, or as daikon's dictionary has it where the file does not say (implicit VR). */
  readonly vr: string
  /** The value as it lies in the file, padding included; empty for a sequence. */
  readonly bytes: Uint8Array
  /** Items of a sequence. */
  readonly items: readonly DicomElements[]
}

/** The elements of a file, group 0002 and those behind Pixel Data included, or of a sequence item, read when asked for. */
export class DicomElements {
  readonly #dataSets: readonly DataSet[]
  readonly #charset: string | undefined

  constructor(dataSets: readonly DataSet[], charset?: string) {
    this.#dataSets = dataSets
    const terms = this.texts('00080005')?.map((term) => termOf(term, [...characterSets.keys()]))
    this.#charset = characterSetOf(terms) ?? charset
  }

  /** Tags that are present, in the order of the file. */
  get tags(): readonly string[] {
    return this.#dataSets
      .flatMap(({ elements }) => Object.keys(elements))
      .filter((key) => !key.startsWith('xfffe'))
      .map((key) => key.slice(1).toUpperCase())
  }

  /** The element with this tag of this level (never one nested in a sequence), or undefined. */
  get(tag: string): DicomElement | undefined {
    const found = this.#find(tag)
    if (found === undefined) return undefined
    const { vr, bytes, items = [] } = found
    return {
      tag: tag.toUpperCase(),
      vr: vr ?? dictionaryVr(tag, items.length > 0),
      bytes: items.length > 0 ? new Uint8Array(0) : bytes,
      items: items.map(({ dataSet }) => new DicomElements(dataSet === undefined ? [] : [dataSet], this.#charset)),
    }
  }

  /** Items of the sequence with this tag; none where it is absent or empty. */
  items(tag: string): readonly DicomElements[] {
    return this.get(tag)?.items ?? []
  }

  /** Values of a text element without padding, or undefined where there is none or all are empty. */
  texts(tag: string): readonly string[] | undefined {
    const found = this.#find(tag)
    if (found === undefined || found.bytes.length === 0) return undefined
    const text = decodeText(found.bytes, tag === '00080005' ? undefined : this.#charset)
    const isOne = wholeTexts.includes(found.vr ?? dictionaryVr(tag, false))
    const values = isOne
      ? [text.replace(/[ \0]+$/, '')]
      : text.split('\\').map((value) => value.replace(/^ +|[ \0]+$/g, ''))
    return values.some((value) => value !== '') ? values : undefined
  }

  /** First value of a text element. */
  text(tag: string): string | undefined {
    return this.texts(tag)?.[0] || undefined
  }

  /** Values of a DS or IS element; a value that is not a number is NaN. */
  decimals(tag: string): readonly number[] | undefined {
    return this.texts(tag)?.map(parseDecimal)
  }

  /**
   * Values of a numeric element in the value representation that the file gives it, or in `vr` where that says nothing (implicit VR,
   * UN, OB, OW); a value that is not a number is NaN.
   */
  numbers(tag: string, vr: string): readonly number[] | undefined {
    const found = this.#find(tag)
    if (found === undefined || found.bytes.length === 0) return undefined
    const { bytes, numbers } = found
    const written = found.vr === undefined || unspecific.includes(found.vr) ? vr : found.vr
    const form = binaryNumbers[written]
    if (form === undefined) return this.decimals(tag)
    if (bytes.length < form.size) return [Number.NaN]
    return Array.from({ length: Math.floor(bytes.length / form.size) }, (_, index) =>
      numbers[form.read](bytes, index * form.size),
    )
  }

  /** Values of a US element, or of an SS element. */
  shorts(tag: string, signed: boolean): readonly number[] | undefined {
    const found = this.#find(tag)
    if (found === undefined || found.bytes.length < 2) return undefined
    const { bytes, numbers } = found
    const read = signed ? numbers.readInt16 : numbers.readUint16
    return Array.from({ length: bytes.length >> 1 }, (_, index) => read(bytes, index * 2))
  }

  #find(tag: string) {
    const key = `x${tag.toLowerCase()}`
    for (const { elements, byteArray, byteArrayParser: numbers } of this.#dataSets) {
      const element = elements[key]
      if (element === undefined) continue
      const { vr, items, dataOffset, length } = element
      return { vr, items, bytes: byteArray.subarray(dataOffset, dataOffset + length), numbers }
    }
    if (/^x[0-9a-f]{8}$/.test(key)) return undefined
    const message = `Expected eight hexadecimal digits for tag but received ${describeValue(tag)}. Write '00280010' for Rows.`
    throw new DicomError('invalid-argument', message)
  }
}

/** Value representations of one value, in which a backslash is one and spaces before the text count (PS3.5 Table 6.2-1). */
const wholeTexts = ['LT', 'ST', 'UR', 'UT']

type NumberReader = Extract<keyof ByteArrayParser, `read${string}`>

const unspecific = ['UN', 'OB', 'OW']

const binaryNumbers: Readonly<Record<string, { readonly size: number; readonly read: NumberReader }>> = {
  US: { size: 2, read: 'readUint16' },
  SS: { size: 2, read: 'readInt16' },
  UL: { size: 4, read: 'readUint32' },
  SL: { size: 4, read: 'readInt32' },
  FL: { size: 4, read: 'readFloat' },
  FD: { size: 8, read: 'readDouble' },
}

function dictionaryVr(tag: string, isSequence: boolean): string {
  if (isSequence) return 'SQ'
  return daikon.Dictionary.getVR(Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16))
}
