/**
 * Attribute values as daikon reads them from an exact copy of their elements.
 *
 * daikon looks for a tag inside sequences too, loses its way at value representations that it does not know, and
 * swallows its errors. Here it gets the elements of the top level alone, each byte for byte as dicom-parser found it, and
 * only those that it can read.
 */
import daikon from 'daikon'
import type { DataSet } from 'dicom-parser'
import type { TransferSyntax } from '../transfer-syntax.ts'
import { type Attribute, attributes } from './attributes.ts'
import { type HeaderWarning, headerWarning } from './header-warning.ts'
import type { DataSetStructure } from './structure.ts'

/** What the length of an attribute with a short value representation can say in explicit VR. */
const largestValue = 2 ** 16

/** Tag and length, 4 bytes each, or in explicit VR a tag of 4 and a value representation and a length of 2 (PS3.5 7.1.2, 7.1.3). */
const prefixBytes = 8

/** Second opinion on the attributes that the header has as they are written: where daikon reads another value, a warning says so. */
export function warnOfDisagreements(
  { dataSet, transferSyntax }: DataSetStructure,
  header: Readonly<Record<string, unknown>>,
  warnings: HeaderWarning[],
): void {
  const plain = Object.entries<Attribute>(attributes).filter(
    ([name]) => header[name] !== undefined && !warnings.some(({ keyword }) => keyword === name),
  )
  const readable = plain.filter(([, attribute]) => isReadable(dataSet, transferSyntax, attribute))
  const parser = new daikon.Parser()
  const wanted = readable.map(([, attribute]) => attribute)
  const image = parser.parse(new DataView(copyElements(dataSet, transferSyntax, wanted)))
  // What it cannot read at all is no value.
  if (image === null || parser.error) return
  for (const [name, attribute] of readable) {
    const value = image.tags[attribute.tag]?.value
    if (!Array.isArray(value) || agree(attribute, [header[name]].flat(), value)) continue
    const reason = 'Expected daikon to read the same value but it read another one; that of the bytes is used.'
    warnings.push(headerWarning(name, attribute.tag, 'conflict', value.join('\\'), reason))
  }
}

/** Text is compared where it is ASCII: daikon knows no other character set. */
function agree({ vr, shape }: Attribute, own: readonly unknown[], read: readonly unknown[]): boolean {
  if (vr === 'DA' || vr === 'AS') return true
  return own.every((value, index) => {
    const other = read[index]
    if (typeof value === 'string')
      return value === other || /[^ -~]/.test(value) || (shape === 'text' && value === read.join('\\'))
    // An xs value is signed in our reading as Pixel Representation says, in daikon's as the element says.
    return Object.is(value, other) || (vr === 'xs' && ((value as number) & 0xffff) === ((other as number) & 0xffff))
  })
}

function isReadable(dataSet: DataSet, transferSyntax: TransferSyntax, { tag, vr }: Attribute): boolean {
  const element = dataSet.elements[`x${tag.toLowerCase()}`]
  if (element === undefined || element.length === 0 || element.length > largestValue) return false
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
