/** A lookup table of the header: Modality LUT, VOI LUT or a palette (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5). */
import { DicomError } from '../dicom-error.ts'
import type { DicomElements } from './elements.ts'

/** A modality or VOI lookup table (PS3.3 C.11.1, C.11.2). */
export interface LookupTable {
  /** Input value that the first entry belongs to; smaller inputs take the first entry, larger ones the last. */
  readonly firstMapped: number
  /** Bits of an entry: 8 to 16. */
  readonly bits: number
  readonly entries: Uint16Array
  readonly explanation?: string
}

/** Whether there is something in place of a sequence that has no items. */
export function isNoSequence(elements: DicomElements, tag: string): boolean {
  const element = elements.get(tag)
  return element !== undefined && element.items.length === 0 && element.bytes.length > 0
}

/** Reads LUT Descriptor and LUT Data from an item; undefined where either is absent or empty. */
export function readLookupTable(
  item: DicomElements,
  descriptorTag: string,
  dataTag: string,
  signedInput: boolean,
): LookupTable | undefined {
  const descriptor = item.shorts(descriptorTag, false)
  const data = item.get(dataTag)
  if (descriptor === undefined || data === undefined || data.bytes.length === 0) return undefined
  const [rawCount, rawFirst, bits] = descriptor
  if (rawFirst === undefined || bits === undefined || bits < 8 || bits > 16) {
    throw new DicomError(
      'invalid-header',
      `Expected three values, the last 8 to 16, for LUT Descriptor (${descriptorTag}) but received ${descriptor.join(', ')}.`,
    )
  }
  // PS3.3 C.11.1.1.1: a count of 65,536 is written as 0, and the second value is signed as Pixel Representation says.
  const count = rawCount === 0 ? 65_536 : rawCount!
  const words = item.shorts(dataTag, false)!
  const explanation = item.text('00283003')
  return {
    firstMapped: signedInput && rawFirst > 0x7fff ? rawFirst - 0x1_0000 : rawFirst,
    bits,
    entries: readEntries(words, data.bytes, count, bits, dataTag),
    ...(explanation === undefined ? {} : { explanation }),
  }
}

/** Entries are 16-bit words; of a table of 8 bits some writers pack two into a word. */
function readEntries(
  words: readonly number[],
  bytes: Uint8Array,
  count: number,
  bits: number,
  tag: string,
): Uint16Array {
  if (words.length >= count) return Uint16Array.from(words.slice(0, count))
  if (bits === 8 && bytes.length >= count) return Uint16Array.from(bytes.subarray(0, count))
  throw new DicomError('truncated', `Expected ${count} entries for LUT Data (${tag}) but received ${words.length}.`)
}

/** @throws {DicomError} `invalid-header` where an entry has more bits than the descriptor says: what is white is not known then. */
export function checkEntries({ entries, bits }: LookupTable, name: string): void {
  const largest = entries.reduce((most, entry) => Math.max(most, entry), 0)
  if (largest < 2 ** bits) return
  throw new DicomError(
    'invalid-header',
    `Expected entries of ${bits} bits in the ${name} but received ${largest}. The header is damaged.`,
  )
}

/** Entry for `input`; inputs outside take the first or the last entry (PS3.3 C.11.1.1.1). */
export function lookUp({ entries, firstMapped }: LookupTable, input: number): number {
  const index = Math.round(input) - firstMapped
  return entries[index <= 0 ? 0 : Math.min(index, entries.length - 1)]!
}
