/** Which images of earlier runs are still those of the table and of their files, and their rows as the table has them now. */
import { renderingWarnings } from '@mammokit/mammogram-preprocess'
import { type ManifestRow, processedFile, type SourceImage, type SourceState } from '@mammokit/screening-data'
import { hasSha256, readSourceState } from './source-state.ts'

/** Options of `currentRows`. */
export interface CurrentRowsOptions {
  /** Is told of each file that is hashed, because its modification time is not the one that it had. */
  readonly onCompare?: ((progress: { readonly total: number; readonly done: number }) => void) | undefined
  /** Takes the row of each file that was hashed and is unchanged, with its new time: kept at once, it need not be hashed again. */
  readonly onUnchanged?: ((row: ManifestRow) => Promise<void>) | undefined
  /** Ends the comparison; files that were not compared by then count as unchanged. */
  readonly signal?: AbortSignal | undefined
}

/** Files that are looked at side by side. */
const lanes = 16

/**
 * Rows of images that need not be made: of the same patient, file and rendering. A file of another size is another one; one of another time
 * is hashed. A file that is not there, or of which the row says nothing, counts as unchanged.
 *
 * @param done rows of images that earlier runs made and that are still what they were, by image id
 */
export async function currentRows(
  images: readonly SourceImage[],
  done: ReadonlyMap<string, ManifestRow>,
  { onCompare, onUnchanged, signal }: CurrentRowsOptions = {},
): Promise<ManifestRow[]> {
  const rows = images.map((image) => rowAsListed(done.get(image.imageId), image))
  const touched: { readonly at: number; readonly state: SourceState }[] = []
  await inLanes(images.entries(), signal, async ([at, { path }]) => {
    const before = rows[at]?.sourceState
    const state = before && (await readSourceState(path))
    if (!state || (state.sizeBytes === before.sizeBytes && state.modified === before.modified)) return
    if (state.sizeBytes === before.sizeBytes) touched.push({ at, state })
    else rows[at] = undefined
  })
  let compared = 0
  await inLanes(touched.values(), signal, async ({ at, state }) => {
    const row = rows[at]!
    const isSame = await hasSha256(images[at]!.path, row.sourceSha256)
    rows[at] = isSame ? { ...row, sourceState: state } : undefined
    if (rows[at]) await onUnchanged?.(rows[at])
    onCompare?.({ total: touched.length, done: ++compared })
  })
  return rows.filter((row) => row !== undefined)
}

/** Warnings of the table alone; others say what was met in the file. */
const ofTable = /^(mask|patient):/

/** Warnings that the table and the file may both give. */
const ofBoth = /^(laterality|view):/

/** The row with side, view and warnings as the table has them now: none of them changes a pixel. Undefined where the image is to be made. */
function rowAsListed(row: ManifestRow | undefined, image: SourceImage): ManifestRow | undefined {
  if (row?.patientId !== image.patientId || row.source !== image.source || row.file !== processedFile(image)) return
  const rendering = row.warnings.filter((warning) => warning.startsWith('rendering:'))
  if (rendering.join(' ') !== renderingWarnings(image.rendering).join(' ')) return
  const { laterality, view, warnings: listed = [] } = image
  const met = row.warnings.filter((warning) => !listed.includes(warning) && !ofTable.test(warning))
  const warnings = [...new Set([...listed, ...met])]
  const isSame = row.laterality === laterality && row.view === view
  if (isSame && warnings.join(' ') === row.warnings.join(' ')) return row
  // It is not known whether the file or the old table gave it.
  if (met.some((warning) => ofBoth.test(warning))) return
  return { ...row, laterality, view, warnings }
}

async function inLanes<Item>(
  items: IterableIterator<Item>,
  signal: AbortSignal | undefined,
  action: (item: Item) => Promise<void>,
): Promise<void> {
  const lane = async () => {
    for (const item of items) {
      if (signal?.aborted) return
      await action(item)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
