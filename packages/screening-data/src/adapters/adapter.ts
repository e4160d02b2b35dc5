/** What knows one layout of published data: how to recognize it, and how to read it. */
import type { DataSet } from '../data-set/data-set-image.ts'
import type { SourceFolder } from '../files/source-folder.ts'

/** A layout of published data. */
export interface DataSetLayout {
  /** Its name on the command line and in the column `set`. */
  readonly name: string
  /** The set's name, and what of it is read, in a few words. */
  readonly title: string
  /** Under which its images may be used, in a few words. */
  readonly license: string
}

export interface Adapter extends DataSetLayout {
  /** What `matches` looks for, for an error. */
  readonly looksFor: string
  /** Whether the folder has this layout. */
  readonly matches: (source: SourceFolder) => Promise<boolean>
  /** @throws CsvError, FileError for a table that cannot be read at all */
  readonly read: (source: SourceFolder) => Promise<Pick<DataSet, 'images' | 'problems'>>
}
