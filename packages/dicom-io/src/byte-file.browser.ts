/** In a page there are no files by path. */
import { DicomError } from './dicom-error.ts'

/** @throws {DicomError} `invalid-argument`. */
export async function withByteFile(path: string): Promise<never> {
  throw new DicomError(
    'invalid-argument',
    `Expected a Uint8Array or a Blob for source but received the path ${path}, which a page cannot open. Fetch the file, or let the user choose it.`,
  )
}
