/** Opens what a caller has: a path, bytes or a blob. */
import { withByteFile } from './byte-file.ts'
import { type ByteSource, bytesInMemory } from './byte-source.ts'
import { DicomError } from './dicom-error.ts'

/** A `Blob`, or a `File` that a page was given: of it, too, only the needed parts are read. */
export interface DicomBlob {
  readonly size: number
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> }
}

/** Runs `action` on the bytes of a file, held open meanwhile, or on bytes in memory; they can be read afterward too. */
export async function openByteSource<T>(
  source: string | Uint8Array | DicomBlob,
  action: (source: ByteSource) => Promise<T>,
): Promise<T> {
  if (typeof source === 'string') return withByteFile(source, action)
  // A plain view: `slice` of a Buffer would not copy.
  if (source instanceof Uint8Array) {
    return action(bytesInMemory(new Uint8Array(source.buffer, source.byteOffset, source.byteLength)))
  }
  if (isBlob(source)) return action(bytesOfBlob(source))
  throw new DicomError(
    'invalid-argument',
    `Expected a path, a Uint8Array or a Blob for source but received ${Object.prototype.toString.call(source).slice(8, -1)}. Pass the path of a DICOM file or its bytes.`,
  )
}

function isBlob(source: unknown): source is DicomBlob {
  return /^(Blob|File)$/.test(Object.prototype.toString.call(source).slice(8, -1))
}

function bytesOfBlob(blob: DicomBlob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => {
      const part = blob.slice(offset, Math.max(offset, offset + length))
      return new Uint8Array(await part.arrayBuffer().catch(notReadable))
    },
    heldOpen: (action) => action(),
  }
}

function notReadable(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `Expected a readable Blob for source but received this error: ${reason}. Choose the file again.`
  throw new DicomError('io', message, {}, { cause })
}
