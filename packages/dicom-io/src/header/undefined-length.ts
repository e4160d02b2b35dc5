/** Values of undefined length that are no sequence: fragments, such as those of an icon, up to their delimiter (PS3.5 A.4). */
import type { ByteArrayParser } from 'dicom-parser'
import { DicomError } from '../dicom-error.ts'

const prefixBytes = 8

/**
 * Where the Sequence Delimitation Item of a value that begins at `offset` lies: after its fragments, or at the first one that there is.
 *
 * @throws {DicomError} `truncated` where there is none
 */
export function delimiterAfter(bytes: Uint8Array, offset: number, numbers: ByteArrayParser, end: number): number {
  let position = offset
  while (tagAt(position) === 'item') position += prefixBytes + numbers.readUint32(bytes, position + 4)
  if (tagAt(position) === 'delimiter') return position
  for (position = offset; position + prefixBytes <= end; position += 2)
    if (tagAt(position) === 'delimiter') return position
  const message = `Expected a delimiter after byte ${offset} but received the end of the data set. The file is truncated or damaged.`
  throw new DicomError('truncated', message, { offset })

  function tagAt(at: number): 'item' | 'delimiter' | undefined {
    if (at + prefixBytes > end || numbers.readUint16(bytes, at) !== 0xfffe) return undefined
    const number = numbers.readUint16(bytes, at + 2)
    return number === 0xe000 ? 'item' : number === 0xe0dd ? 'delimiter' : undefined
  }
}
