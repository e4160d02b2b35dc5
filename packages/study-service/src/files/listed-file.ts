import type { DicomBlob } from '@mammokit/dicom-io'

export interface ListedFile {
  /** As it was given, or below the folder that was given; in a page its name, with the folder that was chosen. */
  readonly path: string
  /** In a page: the file itself. */
  readonly blob?: DicomBlob | undefined
  /** Given itself, or listed by a DICOMDIR: then it has to be an image. */
  readonly isNamed: boolean
}
