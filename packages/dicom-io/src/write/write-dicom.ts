/** DICOM Part 10 files in explicit VR little endian (PS3.10 chapter 7, PS3.5 chapter 7 and A.2, A.4). */
import { DicomError } from '../dicom-error.ts'
import { transferSyntaxes } from '../transfer-syntax.ts'
import { concatenate, encodeElements } from './encode-elements.ts'
import { needsUnicode, type TextEncoding, textEncodingOf } from './encode-text.ts'
import type { WritableElement } from './writable-element.ts'

/** Options of `writeDicom`. */
export interface WriteDicomOptions {
  /** Of compressed frames the syntax that they are compressed in. @default '1.2.840.10008.1.2.1' */
  readonly transferSyntaxUid?: string
  /** Who wrote the file (0002,0012). @default the UID of this library */
  readonly implementationClassUid?: string
  /** At most 16 characters (0002,0013). @default 'MAMMOKIT' */
  readonly implementationVersionName?: string
}

const explicitLittleEndian = '1.2.840.10008.1.2.1'
/** From a UUID (PS3.5 B.2), the same for all versions. */
const implementationClassUid = '2.25.264312847903154226894731960384257108612'

const characterSetTag = '00080005'

/**
 * The bytes of a DICOM file that holds these elements, in the order of their tags: the same bytes for the same elements.
 *
 * Group 0002 is made from SOP Class UID (0008,0016) and SOP Instance UID (0008,0018). Where a text is not ASCII and Specific Character
 * Set (0008,0005) is absent, it is written as UTF-8 and the attribute added.
 *
 * @throws {DicomError} `invalid-argument` for an element whose value its representation does not allow, which names the element.
 * @example
 * writeDicom([
 *   { tag: '00080016', vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.88.11' },
 *   { tag: '00080018', vr: 'UI', value: '2.25.1' },
 *   { tag: '00080060', vr: 'CS', value: 'SR' },
 *   { tag: '0040A730', vr: 'SQ', value: [[{ tag: '0040A160', vr: 'UT', value: 'Normal' }]] },
 * ]) // Uint8Array
 */
export function writeDicom(elements: readonly WritableElement[], options: WriteDicomOptions = {}): Uint8Array {
  const transferSyntaxUid = options.transferSyntaxUid ?? explicitLittleEndian
  checkTransferSyntax(transferSyntaxUid)
  const given = withCharacterSet(elements)
  const dataSet = encodeElements(given, encodingOf(given), transferSyntaxUid !== explicitLittleEndian)
  const meta = encodeElements(
    [
      { tag: '00020001', vr: 'OB', value: Uint8Array.of(0, 1) },
      { tag: '00020002', vr: 'UI', value: uidOf(elements, '00080016', 'SOP Class UID') },
      { tag: '00020003', vr: 'UI', value: uidOf(elements, '00080018', 'SOP Instance UID') },
      { tag: '00020010', vr: 'UI', value: transferSyntaxUid },
      { tag: '00020012', vr: 'UI', value: options.implementationClassUid ?? implementationClassUid },
      { tag: '00020013', vr: 'SH', value: options.implementationVersionName ?? 'MAMMOKIT' },
    ],
    'ascii',
    false,
  )
  const groupLength = encodeElements([{ tag: '00020000', vr: 'UL', value: meta.length }], 'ascii', false)
  const preamble = new Uint8Array(132)
  preamble.set([0x44, 0x49, 0x43, 0x4d], 128)
  return concatenate([preamble, groupLength, meta, dataSet])
}

function checkTransferSyntax(uid: string): void {
  const syntax = transferSyntaxes.get(uid)
  if (uid === explicitLittleEndian) return
  if (syntax?.encapsulated) return
  throw new DicomError(
    'invalid-argument',
    `Expected explicit VR little endian, or the syntax of compressed frames, for transferSyntaxUid but received ${JSON.stringify(uid)}. Leave it out for uncompressed pixels.`,
  )
}

function withCharacterSet(elements: readonly WritableElement[]): readonly WritableElement[] {
  if (elements.some(({ tag }) => tag === characterSetTag) || !needsUnicode(elements)) return elements
  return [...elements, { tag: characterSetTag, vr: 'CS', value: 'ISO_IR 192' }]
}

function encodingOf(elements: readonly WritableElement[]): TextEncoding {
  return textEncodingOf(elements.find(({ tag }) => tag === characterSetTag)?.value)
}

function uidOf(elements: readonly WritableElement[], tag: string, name: string): string {
  const value = elements.find((element) => element.tag === tag)?.value
  if (typeof value === 'string' && value !== '') return value
  throw new DicomError(
    'invalid-argument',
    `Expected ${name} (${tag}) among the elements but received none. A DICOM file names its class and itself.`,
  )
}
