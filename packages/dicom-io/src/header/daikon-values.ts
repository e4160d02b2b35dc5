/**
 * Attribute values as daikon reads them from an exact copy of their elements.
 *
 * daikon looks for a tag inside sequences too, loses its way at value representations that it does not know, and
 * swallows its errors. Here it gets the elements of the top level alone, each byte for byte as dicom-parser found it, and
 * only those that it can read.
 */
import daikon from 'daikon'
import type { DataSet } from 'dicom-parser'
import { DicomError } from '../dicom-error.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import type { Attribute } from './attributes.ts'

/** What the length of an attribute with a short value representation can say in explicit VR. */
const largestValue = 2 ** 16

/** Tag and length, 4 bytes each, or in explicit VR a tag of 4 and a value representation and a length of 2 (PS3.5 7.1.2, 7.1.3). */
const prefixBytes = 8

/** Values by tag; a tag that daikon cannot read is absent. */
export function daikonValues(
  dataSet: DataSet,
  transferSyntax: TransferSyntax,
  wanted: readonly Attribute[],
): ReadonlyMap<string, readonly unknown[]> {
  const readable = wanted.filter((attribute) => isReadable(dataSet, transferSyntax, attribute))
  const parser = new daikon.Parser()
  const image = parser.parse(new DataView(copyElements(dataSet, transferSyntax, readable)))
  if (image === null || parser.error) {
    throw new DicomError(
      'header-disagreement',
      `Expected daikon to read the header but received this error: ${String(parser.error)}. The file is damaged.`,
    )
  }
  const values = new Map<string, readonly unknown[]>()
  for (const { tag } of readable) {
    const value = image.tags[tag]?.value
    if (!Array.isArray(value)) {
      throw new DicomError(
        'header-disagreement',
        `Expected daikon and dicom-parser to find (${tag}) but received it from dicom-parser only. The file is damaged.`,
      )
    }
    values.set(tag, value)
  }
  return values
}

function isReadable(dataSet: DataSet, transferSyntax: TransferSyntax, { tag, vr }: Attribute): boolean {
  const element = dataSet.elements[`x${tag.toLowerCase()}`]
  if (element === undefined || element.length === 0) return false
  if (element.length > largestValue) {
    throw new DicomError(
      'limit',
      `Expected at most ${largestValue} bytes for (${tag}) but received ${element.length}. The file is not a plausible image.`,
      {
        offset: element.dataOffset,
      },
    )
  }
  if (vr === 'xs') return transferSyntax.explicitVr && (element.vr === 'US' || element.vr === 'SS')
  if (transferSyntax.explicitVr) return element.vr === vr
  return daikon.Dictionary.getVR(Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16)) === vr
}

/** A Part 10 file of these elements alone, each with its own bytes. */
function copyElements(dataSet: DataSet, syntax: TransferSyntax, wanted: readonly Attribute[]): ArrayBuffer {
  const parts = wanted.map(({ tag }) => {
    const element = dataSet.elements[`x${tag.toLowerCase()}`]!
    return dataSet.byteArray.subarray(element.dataOffset - prefixBytes, element.dataOffset + element.length)
  })
  const uid = syntax.littleEndian
    ? syntax.explicitVr
      ? '1.2.840.10008.1.2.1'
      : '1.2.840.10008.1.2'
    : '1.2.840.10008.1.2.2'
  const value = new TextEncoder().encode(uid.length % 2 === 0 ? uid : `${uid}\0`)
  const start = [0x02, 0x00, 0x10, 0x00, 0x55, 0x49, value.length, 0, ...value]
  const copy = new Uint8Array(132 + start.length + parts.reduce((sum, part) => sum + part.length, 0))
  copy.set([0x44, 0x49, 0x43, 0x4d], 128)
  copy.set(start, 132)
  let offset = 132 + start.length
  for (const part of parts) {
    copy.set(part, offset)
    offset += part.length
  }
  return copy.buffer
}
