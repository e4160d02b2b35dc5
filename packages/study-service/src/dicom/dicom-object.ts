/** A file to be written, sent or stored. */
export interface DicomObject {
  readonly kind: 'report' | 'capture'
  readonly sopInstanceUid: string
  /** Safe as a file's name, the same for the same object: `SR-0123456789abcdef.dcm`. */
  readonly name: string
  /** Of the study that it belongs to, as in the result. */
  readonly studyId: string
  readonly bytes: Uint8Array
}
