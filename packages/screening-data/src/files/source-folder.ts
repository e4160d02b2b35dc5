/** The folder of a published data set, and what lies in it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CsvError } from '@mammokit/strict-csv'
import { filesBelow } from './files-below.ts'

/** What macOS writes beside each file on a foreign disk: `._1-1.dcm` is no image. */
const appleDouble = /(^|\/)\._[^/]*$/

/** A folder whose files are listed once, when they are first asked for. */
export class SourceFolder {
  readonly root: string
  /** Called with each bad or repeated cell of a table, whose row is left out then; without it the first one is thrown. */
  readonly onFault: ((error: CsvError) => void) | undefined
  readonly #exclude: readonly string[]
  #files: Promise<readonly string[]> | undefined

  /** @param exclude folders that are not entered */
  constructor(root: string, exclude: readonly string[] = [], onFault?: (error: CsvError) => void) {
    this.root = root
    this.onFault = onFault
    this.#exclude = exclude
  }

  /** The path of a file of this folder. */
  path(file: string): string {
    return join(this.root, file)
  }

  has(file: string): boolean {
    return existsSync(this.path(file))
  }

  /** All files below it: paths relative to it with `/` on every system, sorted. */
  async files(): Promise<readonly string[]> {
    this.#files ??= filesBelow(this.root, this.#exclude).then((files) =>
      files.filter((file) => !appleDouble.test(file)),
    )
    return this.#files
  }

  /** The first file of that name, in whichever folder. */
  async find(name: string): Promise<string | undefined> {
    return (await this.files()).find((file) => file === name || file.endsWith(`/${name}`))
  }
}
