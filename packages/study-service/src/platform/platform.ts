import type { DicomBlob } from '@mammokit/dicom-io'

/** What Node.js and a page each have in their own way. */
export interface Platform {
  /** SHA-256 of a file, hexadecimal. */
  hashFile(file: string | DicomBlob): Promise<string>
  /** SHA-256 of a text, hexadecimal. */
  hashText(text: string): Promise<string>
  /** The version of this package. */
  packageVersion(): Promise<string>
}
