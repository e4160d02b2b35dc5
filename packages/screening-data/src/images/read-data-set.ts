/** A published data set, whatever its layout, as rows of one type. */
import type { Adapter, DataSetLayout } from '../adapters/adapter.ts'
import { adapters } from '../adapters/adapters.ts'
import { checkImages } from '../data-set/check-images.ts'
import type { DataSet } from '../data-set/data-set-image.ts'
import { SourceFolder, type SourceOptions } from '../files/source-folder.ts'
import { ScreeningDataError } from '../screening-data-error.ts'

/** Options of `readDataSet`. */
export interface ReadDataSetOptions extends SourceOptions {
  /** Name of the adapter. @default the first one whose layout the folder has */
  readonly from?: string | null
}

/** The layouts that can be read. */
export const dataSetLayouts: readonly DataSetLayout[] = adapters.map(({ name, title, license }) => ({
  name,
  title,
  license,
}))

/** Their names, as `from` takes them. */
export const dataSetNames: readonly string[] = adapters.map(({ name }) => name)

/**
 * Reads a data set as it was published: its images, and what of it was left out or is odd.
 *
 * @throws ScreeningDataError `unknown-set`; `ambiguous-set` where several layouts are there and none is named; `no-images` for a folder without the layout, with what was looked for
 * @throws CsvError, FileError for a table that cannot be read at all
 * @example
 * const { set, images, problems } = await readDataSet('downloads/cbis-ddsm')
 * images.filter(({ cancer }) => cancer === 1).length
 */
export async function readDataSet(root: string, options: ReadDataSetOptions = {}): Promise<DataSet> {
  const { from = null } = options
  const source = new SourceFolder(root, options)
  const adapter = from === null ? await recognize(source) : await named(from, source)
  const { images, problems } = await adapter.read(source)
  const checked = checkImages(images)
  return { set: adapter.name, root, images: checked.images, problems: [...problems, ...checked.problems] }
}

async function recognize(source: SourceFolder): Promise<Adapter> {
  const particular = adapters.filter(({ name }) => name !== 'folder')
  const matches: Adapter[] = []
  for (const adapter of particular) if (await adapter.matches(source)) matches.push(adapter)
  const [first, second] = matches
  if (second !== undefined) {
    const names = matches.map(({ name }) => name)
    throw new ScreeningDataError(
      'ambiguous-set',
      `Expected one data set in ${source.root} but received ${names.join(' and ')}. Name the folder of one, or choose with from (--from ${names[0]}).`,
      { root: source.root, names },
    )
  }
  return first ?? named('folder', source, adapters)
}

/** @param tried what was looked for, where the layout is not there */
async function named(from: string, source: SourceFolder, tried?: readonly Adapter[]): Promise<Adapter> {
  const adapter = adapters.find(({ name }) => name === from)
  if (!adapter) {
    throw new ScreeningDataError(
      'unknown-set',
      `Expected ${dataSetNames.join(', ')} for the name of a data set but received ${from}. Choose one of them.`,
      { from, known: dataSetNames },
    )
  }
  if (!(await adapter.matches(source))) throw noImages(source, tried ?? [adapter])
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
