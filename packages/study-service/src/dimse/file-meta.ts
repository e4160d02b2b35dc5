/** What stands before a data set in a file (PS3.10 7.1): the same bytes for the same object, whoever sent it. */

export interface FileMeta {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
}

/** From a UUID (PS3.5 B.2), that of what dicom-io writes. */
export const implementationClassUid = '2.25.264312847903154226894731960384257108612'
export const implementationVersionName = 'MAMMOKIT'

/** Preamble, prefix and group 0002. */
export function fileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid }: FileMeta): Buffer {
  const elements = Buffer.concat([
    element(0x0001, 'OB', Buffer.of(0, 1)),
    element(0x0002, 'UI', Buffer.from(sopClassUid)),
    element(0x0003, 'UI', Buffer.from(sopInstanceUid)),
    element(0x0010, 'UI', Buffer.from(transferSyntaxUid)),
    element(0x0012, 'UI', Buffer.from(implementationClassUid)),
    element(0x0013, 'SH', Buffer.from(implementationVersionName)),
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(elements.length)
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), element(0x0000, 'UL', length), elements])
}

/** Of group 0002, in explicit VR little endian (PS3.5 7.1.2), padded to an even length. */
function element(number: number, vr: 'OB' | 'SH' | 'UI' | 'UL', value: Buffer): Buffer {
  const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.of(vr === 'SH' ? 0x20 : 0)])
  const head = Buffer.alloc(vr === 'OB' ? 12 : 8)
  head.writeUInt16LE(0x0002)
  head.writeUInt16LE(number, 2)
  head.write(vr, 4)
  if (vr === 'OB') head.writeUInt32LE(padded.length, 8)
  else head.writeUInt16LE(padded.length, 6)
  return Buffer.concat([head, padded])
}

/** UIDs and data set of a file of `writeDicom`. */
export function splitFile(file: Buffer): { sopClassUid: string; sopInstanceUid: string; dataSet: Buffer } {
  const uids = new Map<number, string>()
  let at = 132
  while (file.readUInt16LE(at) === 0x0002) {
    const isLong = file.toString('latin1', at + 4, at + 6) === 'OB'
    const [head, length] = isLong ? [12, file.readUInt32LE(at + 8)] : [8, file.readUInt16LE(at + 6)]
    const value = file.toString('latin1', at + head, at + head + length)
    uids.set(file.readUInt16LE(at + 2), value.replace(/\0$/, ''))
    at += head + length
  }
  return { sopClassUid: uids.get(0x0002) ?? '', sopInstanceUid: uids.get(0x0003) ?? '', dataSet: file.subarray(at) }
}
