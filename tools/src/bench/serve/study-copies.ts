/** As many different studies as a load test needs, made of one: the same pixels under other UIDs. */
import { readFile } from 'node:fs/promises'
import { readHeader } from '@mammokit/dicom-io'

export interface StudyCopy {
  readonly studyInstanceUid: string
  /** Of all its files. */
  readonly transferSyntaxUid: string
  readonly files: readonly Buffer[]
}

/** Bytes in which UIDs are looked for: they lie before the pixels. */
const headerBytes = 65_536
const digits = 9

/** Reads the files once; each call of what it gives is another study. */
export async function openStudyCopies(paths: readonly string[]): Promise<(number: number) => StudyCopy> {
  const originals = await Promise.all(
    paths.map(async (path) => {
      const { studyInstanceUid, sopInstanceUid, transferSyntaxUid } = await readHeader(path)
      return {
        bytes: await readFile(path),
        studyUid: studyInstanceUid!,
        instanceUid: sopInstanceUid!,
        transferSyntaxUid,
      }
    }),
  )
  return (number) => {
    const files = originals.map(({ bytes, studyUid, instanceUid }) => {
      const copy = Buffer.from(bytes)
      for (const uid of [studyUid, instanceUid]) replaceText(copy, uid, numberedUid(uid, number))
      return copy
    })
    const { studyUid, transferSyntaxUid } = originals[0]!
    return { studyInstanceUid: numberedUid(studyUid, number), transferSyntaxUid, files }
  }
}

/** Of the same length, so that nothing else in a file changes. */
const numberedUid = (uid: string, number: number): string =>
  uid.slice(0, -digits) + String(number).padStart(digits, '0')

function replaceText(bytes: Buffer, before: string, after: string): void {
  for (let at = bytes.indexOf(before); at >= 0 && at < headerBytes; at = bytes.indexOf(before, at + 1)) {
    bytes.write(after, at, 'latin1')
  }
}
