/** The folder of a checkpoint: its files with their checksums, there as a whole or not at all. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFileError, replaceFolderAtomic } from '@mammokit/atomic-files'
import { checksumsFileName, formatChecksums, parseChecksums, sha256 } from './checksums.ts'

/** A file of a checkpoint that is not as it was written, and why: `'... has SHA-256 ab12, not cd34'`. */
export interface CheckpointFault {
  readonly path: string
  readonly fault: string
  /** Whether the file is not there at all. */
  readonly isMissing: boolean
}

/** A file of a checkpoint with its SHA-256, hexadecimal. */
export interface VerifiedFile {
  readonly bytes: Buffer
  readonly sha256: string
}

export type ReadResult<Value> = { readonly value: Value } | CheckpointFault

/** Writes a folder with these files and SHA256SUMS. @throws FileError cannot-write */
export async function writeVerified(target: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await replaceFolderAtomic(target, async (folder) => {
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    await writeFile(join(folder, checksumsFileName), formatChecksums(files))
  })
}

/**
 * Reads files of a checkpoint and compares them with their checksums; one that an earlier version wrote has none.
 *
 * @throws FileError cannot-read for a file that is there: it may be as it was written
 */
export async function readVerified<Name extends string>(
  folder: string,
  names: readonly Name[],
): Promise<ReadResult<Record<Name, VerifiedFile>>> {
  const files = {} as Record<Name, VerifiedFile>
  for (const name of names) {
    const bytes = await readIfThere(join(folder, name))
    if (!('value' in bytes)) return bytes
    files[name] = { bytes: bytes.value, sha256: sha256(bytes.value) }
  }
  const path = join(folder, checksumsFileName)
  const text = await readIfThere(path)
  if (!('value' in text)) return text.isMissing ? { value: files } : text
  const checksums = parseChecksums(text.value.toString('utf8'))
  if (checksums === undefined) return { path, fault: 'is not as it was written', isMissing: false }
  for (const name of names) {
    const [expected, received] = [checksums.get(name), files[name].sha256]
    if (expected === received) continue
    const short = [received, expected ?? 'none'].map((hash) => hash.slice(0, 16))
    return { path: join(folder, name), fault: `has SHA-256 ${short[0]}, not ${short[1]}`, isMissing: false }
  }
  return { value: files }
}

async function readIfThere(path: string): Promise<ReadResult<Buffer>> {
  try {
    return { value: await readFile(path) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ENOTDIR: a file has the name of a checkpoint.
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw explainFileError('cannot-read', path, error)
    return { path, fault: 'is missing', isMissing: code === 'ENOENT' }
  }
}
