/** What went wrong, for programs: the text of a {@link DicomError} is for people. */
export type DicomErrorCode =
  /** A file cannot be opened or read: the image, or a decoder of this library. */
  | 'io'
  /** The bytes are not a DICOM Part 10 file or data set. */
  | 'not-dicom'
  /** The data set is damaged: a length, an item or a value that cannot be. */
  | 'invalid-header'
  /** daikon and dicom-parser read different values from the same bytes. */
  | 'header-disagreement'
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

/** Where an error was found. */
export interface DicomErrorPlace {
  /** Path of the file, where there is one. */
  readonly path?: string
  /** Byte offset in the file (in a compressed frame: in the frame), where it is known. */
  readonly offset?: number
  /** The error that was thrown underneath. */
  readonly cause?: unknown
}

/** The one error that this library throws: `code` says what, `path` and `offset` say where. */
export class DicomError extends Error {
  override readonly name = 'DicomError'
  readonly code: DicomErrorCode
  declare readonly path?: string
  declare readonly offset?: number

  constructor(code: DicomErrorCode, message: string, place: DicomErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause })
    this.code = code
    if (place.path !== undefined) this.path = place.path
    if (place.offset !== undefined) this.offset = place.offset
  }
}

/** Runs `action` and turns whatever it throws into a {@link DicomError} that knows `path`. */
export async function withPath<T>(path: string | undefined, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw toDicomError(error, path)
  }
}

function toDicomError(error: unknown, path: string | undefined): DicomError {
  if (error instanceof DicomError) {
    if (path === undefined || error.path !== undefined) return error
    return new DicomError(error.code, error.message, {
      path,
      ...(error.offset === undefined ? {} : { offset: error.offset }),
      ...(error.cause === undefined ? {} : { cause: error.cause }),
    })
  }
  const place = path === undefined ? { cause: error } : { path, cause: error }
  const reason = error instanceof Error ? error.message : String(error)
  return new DicomError('invalid-header', `Expected a readable DICOM file but reading it failed: ${reason}.`, place)
}
