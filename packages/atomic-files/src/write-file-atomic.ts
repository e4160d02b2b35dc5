import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { explainFileError, FileError } from './file-error.ts'
import { flushFolder, flushMadeFolders } from './flush.ts'
import { beside } from './leftovers.ts'

/** Options of `writeFileAtomic`. */
export interface WriteFileAtomicOptions {
  /** Whether the file is on the disk before it has its name, so that a power cut cannot lose it. @default true */
  readonly flush?: boolean
  /** Part of the temporary name, one for each process that may write the same file at the same time. @default '' */
  readonly writer?: string
}

/**
 * Writes a file so that whoever looks sees the old one or the whole new one, also after a kill or (with `flush`) a power cut.
 *
 * Missing parent folders are made. The temporary name is always the same, `<path><writer>.partial`: what a killed process left is
 * overwritten by the next one.
 *
 * @throws {FileError} `cannot-write`; the old file is still there and nothing lies beside it.
 * @example
 * await writeFileAtomic('data/processed/manifest.csv', csv)
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteFileAtomicOptions = {},
): Promise<void> {
  const { flush = true, writer = '' } = options
  if (!/^[\w.-]*$/.test(writer)) {
    const message = `Expected letters, digits, dots, dashes and underscores for writer but received ${JSON.stringify(writer)}. Choose another name.`
    throw new FileError('bad-value', message, { writer })
  }
  const temporary = beside(`${path}${writer}`, 'partial')
  const folder = dirname(path)
  try {
    const made = await mkdir(folder, { recursive: true })
    await writeWhole(temporary, content, flush)
    await rename(temporary, path)
    if (!flush) return
    await flushFolder(folder)
    await flushMadeFolders(made, folder)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw explainFileError('cannot-write', path, error)
  }
}

/**
 * Writes a value as JSON with an indentation of two spaces and a closing newline, as `writeFileAtomic` does.
 *
 * @throws {FileError} `cannot-write`, or `bad-value` for what JSON cannot hold at all.
 * @example
 * await writeJsonAtomic('runs/first/config.json', { epochs: 3 })
 */
export async function writeJsonAtomic(
  path: string,
  value: unknown,
  options: WriteFileAtomicOptions = {},
): Promise<void> {
  const text = JSON.stringify(value, null, 2) as string | undefined
  if (text === undefined) {
    const message = `Expected a value that JSON can hold for ${path} but received ${typeof value}. Pass an object.`
    throw new FileError('bad-value', message, { path })
  }
  await writeFileAtomic(path, `${text}\n`, options)
}

async function writeWhole(path: string, content: string | Uint8Array, flush: boolean): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(content)
    if (flush) await file.sync()
  } finally {
    await file.close()
  }
}
