import type { DicomBlob } from '@mammokit/dicom-io'

/** A file as its path (Node.js), its bytes, or a `Blob` such as the `File` that a page was given. */
export type ImageFile = string | Uint8Array | DicomBlob

/** Bytes of a file that is in memory, or that a page was given. */
export async function bytesOf(file: Uint8Array | DicomBlob, end?: number): Promise<Uint8Array> {
  if (file instanceof Uint8Array) return file.subarray(0, end)
  return new Uint8Array(await file.slice(0, Math.min(file.size, end ?? file.size)).arrayBuffer())
}

export function sizeOf(file: Uint8Array | DicomBlob): number {
  return file instanceof Uint8Array ? file.length : file.size
}

/** For messages. */
export function nameOf(file: ImageFile): string {
  return typeof file === 'string' ? file : 'the bytes that were given'
}
