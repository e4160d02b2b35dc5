import { statSync } from 'node:fs'
import { dirname } from 'node:path'

/** What could not be done with a file. */
export type FileErrorCode = 'cannot-write' | 'cannot-read' | 'cannot-remove' | 'not-found' | 'bad-value'

/** The one error of this package; `details` holds `path` and `systemCode` (`'ENOSPC'`, `'EACCES'`, ...) where the system refused. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly code: FileErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: FileErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

const verbs = { 'cannot-write': 'write', 'cannot-read': 'read', 'cannot-remove': 'remove' } as const

/**
 * A `FileError` that says what to do about an error of `node:fs`; a `FileError` is returned as it is.
 *
 * @example
 * await sharp(pixels).toFile(path).catch((error) => { throw explainFileError('cannot-write', path, error) })
 */
export function explainFileError(code: keyof typeof verbs, path: string, error: unknown): FileError {
  if (error instanceof FileError) return error
  const systemCode = systemCodeOf(error) ?? 'unknown'
  const received = systemCode === 'unknown' ? String(error) : systemCode
  const message = `Expected to ${verbs[code]} ${path} but received ${received}. ${advise(code, path, systemCode)}`
  return new FileError(code, message, { path, systemCode })
}

/** The system's code of an error of `node:fs`, undefined for any other error. */
export function systemCodeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}

function advise(code: keyof typeof verbs, path: string, systemCode: string): string {
  switch (systemCode) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full: free some space and start again.'
    case 'EACCES':
    case 'EPERM':
      return `Permission denied: check who may ${verbs[code]} it, and its folder.`
    case 'EROFS':
      return 'The disk is read-only: choose another folder or mount it writable.'
    case 'ENOTDIR':
    case 'EEXIST': {
      const file = findFileInPlaceOfFolder(path)
      return file === undefined
        ? 'Check the path.'
        : `Move ${file}, which is a file and not a folder, or choose another path.`
    }
    case 'EISDIR':
      return 'It is a folder: move it or choose another path.'
    case 'ENOENT':
      return 'Check the path: a part of it does not exist.'
    case 'ENAMETOOLONG':
      return 'Choose a shorter name.'
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open: raise the limit (ulimit -n) or use fewer workers.'
    case 'EBUSY':
    case 'ETXTBSY':
      return 'Another process uses it: close that one and start again.'
    case 'EIO':
      return 'The disk failed: check it, and start again on another one.'
    default:
      return 'Check the path and the disk.'
  }
}

/** What should be a folder and is a file: `path` itself or a parent of it. */
function findFileInPlaceOfFolder(path: string): string | undefined {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    try {
      if (!statSync(at).isDirectory()) return at
    } catch {
      // Nothing there, or below a file: the file is further up.
    }
  }
  return undefined
}
