/** The deflated transfer syntax: a data set compressed whole, behind group 0002 (PS3.5 A.5, RFC 1951). */

import { type ByteSource, bytesInMemory } from '../byte-source.ts'
import { DicomError } from '../dicom-error.ts'
import { inflateRaw } from '../inflate-raw.ts'
import { limits } from '../limits.ts'

/**
 * The data set that is deflated in `file` from `position` on.
 *
 * @throws {DicomError} `limit` where it is larger than a cap, `invalid-header` where it does not inflate.
 */
export async function inflate(file: ByteSource, position: number): Promise<ByteSource> {
  if (file.size > limits.fileBytes) {
    throw new DicomError(
      'limit',
      `Expected a deflated file of at most ${limits.fileBytes} bytes but received ${file.size}. Convert it to an uncompressed transfer syntax.`,
    )
  }
  const deflated = await file.read(position, file.size - position)
  try {
    return bytesInMemory(inflateRaw(deflated, limits.inflatedBytes), file.path)
  } catch (cause) {
    const tooLarge = cause instanceof RangeError
    throw new DicomError(
      tooLarge ? 'limit' : 'invalid-header',
      tooLarge
        ? `Expected an inflated data set of at most ${limits.inflatedBytes} bytes but received more. The file is not a plausible image.`
        : `Expected a deflated data set but received this error: ${(cause as Error).message}. The file is damaged.`,
      { offset: position },
      { cause },
    )
  }
}
