/** What went wrong, for programs: the text of a {@link DicomError} is for people. */
export type DicomErrorCode =
  /** A file cannot be opened or read: the image, or a decoder of this library. */
  | 'io'
  /** The bytes are not a DICOM Part 10 file or data set. */
  | 'not-dicom'
  /** The data set is damaged: a length, an item or a value that cannot be. */
  | 'invalid-header'
  /** A sound data set that holds no image (a report, a plan, a directory). */
  | 'no-pixels'
  /** Fewer bytes than the header promises. */
  | 'truncated'
  /** Something the standard allows and this library does not read. */
  | 'unsupported'
  /** The compressed frame is damaged. */
  | 'invalid-codestream'
  /** The compressed frame and the header describe different images. */
  | 'mismatch'
  /** More than a cap of this library allows. */
  | 'limit'
  /** An argument of the caller is out of range. */
  | 'invalid-argument'

/** Values behind the message of a {@link DicomError}. */
export interface DicomErrorDetails {
  /** Path of the file, if there is one. */
  readonly path?: string
  /** Byte offset in the file, or in the frame for a compressed frame, if known. */
  readonly offset?: number
  /** Of a data set without pixels that can be read: SOP Class UID and Modality, where it has them. */
  readonly sopClassUid?: string | undefined
  readonly modality?: string | undefined
  readonly [key: string]: unknown
}

/** The only error thrown by this library: `code` says what happened, `details` where. */
export class DicomError extends Error {
  override readonly name = 'DicomError'
  readonly code: DicomErrorCode
  readonly details: DicomErrorDetails

  constructor(code: DicomErrorCode, message: string, details: DicomErrorDetails = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }
}

/** Runs `action` and turns anything it throws into a {@link DicomError} with the file's path. */
export async function withPath<T>(path: string | undefined, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw toDicomError(error, path)
  }
}

function toDicomError(error: unknown, path: string | undefined): DicomError {
  if (error instanceof DicomError) {
    if (path === undefined || error.details.path !== undefined) return error
    const options = error.cause === undefined ? undefined : { cause: error.cause }
    return new DicomError(error.code, error.message, { path, ...error.details }, options)
  }
  const reason = error instanceof Error ? error.message : String(error)
  const message = `Expected a readable DICOM file but received this error: ${reason}. The file is damaged.`
  return new DicomError('invalid-header', message, path === undefined ? {} : { path }, { cause: error })
}
