/** The folder of a published data set, and what lies in it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CsvError } from '@mammokit/strict-csv'
import { filesBelow } from './files-below.ts'
import { inLanes } from './in-lanes.ts'

/** What macOS writes beside each file on a foreign disk: `._1-1.dcm` is no image. */
const appleDouble = /(^|\/)\._[^/]*$/

/** How far an adapter is with files that it has to open. */
export interface ReadingProgress {
  /** What it reads, such as `masks`. */
  readonly stage: string
  readonly done: number
  readonly total: number
}

export interface SourceOptions {
  /** Folders that are not entered. @default none */
  readonly exclude?: readonly string[]
  /** Called with the error of each bad or repeated row of a table, which is left out then. @default the first one is thrown */
  readonly onFault?: (error: CsvError) => void
  /** Whether masks, which take as long as the images themselves, are read for the boxes of lesions. @default false */
  readonly masks?: boolean
  /** Called after each file that an adapter has to open: masks, and headers that say what no table does. */
  readonly onProgress?: (progress: ReadingProgress) => void
  readonly signal?: AbortSignal
}

/** A folder whose files are listed once, when they are first asked for. */
export class SourceFolder {
  readonly root: string
  readonly options: SourceOptions
  #files: Promise<readonly string[]> | undefined

  constructor(root: string, options: SourceOptions = {}) {
    this.root = root
    this.options = options
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
    this.#files ??= filesBelow(this.root, this.options.exclude).then((files) =>
      files.filter((file) => !appleDouble.test(file)),
    )
    return this.#files
  }

  /** Opens some files at a time, tells how far it is, and stops where it is told to. */
  async readEach<Item>(
    stage: string,
    lanes: number,
    items: readonly Item[],
    read: (item: Item, at: number) => Promise<void>,
  ): Promise<void> {
    const { signal, onProgress } = this.options
    const onDone = (done: number) => onProgress?.({ stage, done, total: items.length })
    await inLanes(lanes, items, read, { signal, onDone })
  }

  /** The first file of that name, in whichever folder. */
  async find(name: string): Promise<string | undefined> {
    return (await this.files()).find((file) => file === name || file.endsWith(`/${name}`))
  }
}
