/** A published data set, whatever its layout, as rows of one type. */
import type { CsvError } from '@mammokit/strict-csv'
import type { Adapter } from '../adapters/adapter.ts'
import { adapters } from '../adapters/adapters.ts'
import { contradictions } from '../data-set/contradictions.ts'
import type { DataSet } from '../data-set/data-set-image.ts'
import { SourceFolder } from '../files/source-folder.ts'
import { ScreeningDataError } from '../screening-data-error.ts'

export interface ReadDataSetOptions {
  /** Name of the adapter. @default the first one whose layout the folder has */
  readonly from?: string | null
  /** Folders that are not entered. @default none */
  readonly exclude?: readonly string[]
  /** Called with each bad or repeated cell of train.csv or images.csv, whose row is left out then. @default the first one is thrown */
  readonly onFault?: (error: CsvError) => void
}

/** The names of all adapters, as `from` takes them. */
export const dataSetNames: readonly string[] = adapters.map(({ name }) => name)

/**
 * Reads a data set as it was published: its images, and what of it was left out or is odd.
 *
 * @throws ScreeningDataError `unknown-set`; `no-images` for a folder without the layout, with what was looked for
 * @throws CsvError, FileError for a table that cannot be read at all
 * @example
 * const { set, images, problems } = await readDataSet('downloads/cbis-ddsm')
 * images.filter(({ cancer }) => cancer === 1).length
 */
export async function readDataSet(
  root: string,
  { from = null, exclude = [], onFault }: ReadDataSetOptions = {},
): Promise<DataSet> {
  const source = new SourceFolder(root, exclude, onFault)
  const adapter = from === null ? await recognize(source) : await named(from, source)
  const { images, problems } = await adapter.read(source)
  return { set: adapter.name, root, images, problems: [...problems, ...contradictions(images)] }
}

async function recognize(source: SourceFolder): Promise<Adapter> {
  for (const adapter of adapters) if (await adapter.matches(source)) return adapter
  throw noImages(source, adapters)
}

async function named(from: string, source: SourceFolder): Promise<Adapter> {
  const adapter = adapters.find(({ name }) => name === from)
  if (!adapter) {
    throw new ScreeningDataError(
      'unknown-set',
      `Expected ${dataSetNames.join(', ')} for the name of a data set but received ${from}. Choose one of them.`,
      { from, known: dataSetNames },
    )
  }
  if (!(await adapter.matches(source))) throw noImages(source, [adapter])
  return adapter
}

function noImages({ root }: SourceFolder, tried: readonly Adapter[]): ScreeningDataError {
  const wanted = tried.map(({ name, looksFor }) => `${looksFor} (${name})`).join('; ')
  return new ScreeningDataError(
    'no-images',
    `Expected ${wanted} in ${root} but received none of them. Check the path.`,
    { root, tried: tried.map(({ name }) => name) },
  )
}
