/** Several data folders as one: ids are kept apart by the name of the set. */
import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { type Adjustments, noAdjustments } from './adjustments/adjustments.ts'
import { type ManifestRow, sourceHashes } from './manifest/manifest.ts'
import { ScreeningDataError } from './screening-data-error.ts'
import { assertDisjointSubsets } from './splits/assert-disjoint-subsets.ts'
import type { SplitIdentity } from './splits/split-record.ts'
import type { SplitRow } from './splits/splits-csv.ts'

export interface ProcessedFolder extends SplitIdentity {
  readonly dataDir: string
  readonly splits: readonly SplitRow[]
  readonly manifest: readonly ManifestRow[]
  /** Those rows by image id. */
  readonly images: ReadonlyMap<string, ManifestRow>
}

export type SetRow = SplitRow & {
  /** The set that the image is of: the column `set`, else of several folders the folder's name, else null. */
  readonly set: string | null
}

/** A row of a manifest, and the data folder that it lies in. */
export interface PlacedImage {
  readonly row: ManifestRow
  readonly dataDir: string
}

export interface CombinedFolders extends SplitIdentity {
  /** Without `set` where it is that of the column. */
  readonly splits: readonly (SplitRow & Partial<SetRow>)[]
  /** What the manifests say of an image. */
  readonly imageOf: (imageId: string) => PlacedImage | undefined
}

/**
 * The rows of all folders. One folder is as it is; of several, patient and image are called `<set>/<id>`, which no single id is like.
 *
 * @throws ScreeningDataError `bad-option` for folders whose ids cannot be kept apart; `group-overlap`, `duplicate-hash` across folders
 */
export function combineFolders(folders: readonly ProcessedFolder[]): CombinedFolders {
  const [only] = folders
  if (folders.length === 1 && only) {
    const { splits, images, dataDir, adjustments, splitsSha256 } = only
    const imageOf = (imageId: string) => {
      const row = images.get(imageId)
      return row && { row, dataDir }
    }
    return { splits, imageOf, adjustments, splitsSha256 }
  }
  const named = folders.map((folder) => ({ ...folder, sets: setsOf(folder) }))
  assertApart(named)
  named.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const splits = named.flatMap((folder) => folder.splits.map((row) => inSet(row, setOf(row, folder))))
  const images = new Map(named.flatMap((folder) => [...imagesOf(folder, nameIn(folder))]))
  const hashes = sourceHashes([...images].map(([imageId, { row }]) => ({ ...row, imageId })))
  assertDisjointSubsets(splits, { hashes, path: named.map(({ dataDir }) => dataDir).join(' and ') })
  const parts = named.map(({ sets, splitsSha256 }) => `${JSON.stringify(sets)} ${splitsSha256}\n`)
  return {
    splits,
    imageOf: (imageId) => images.get(imageId),
    adjustments: sumOf(named),
    splitsSha256: createHash('sha256').update(parts.join('')).digest('hex'),
  }
}

type NamedFolder = ProcessedFolder & { readonly sets: readonly string[] }

const keyOf = ({ sets, splitsSha256 }: NamedFolder) => `${JSON.stringify(sets)} ${splitsSha256}`

export function ownSet({ columns }: SplitRow): string | null {
  return columns.set?.trim() || null
}

function setOf(row: SplitRow, { dataDir }: ProcessedFolder): string {
  return ownSet(row) ?? basename(resolve(dataDir))
}

/** In the order of their names. */
function setsOf(folder: ProcessedFolder): string[] {
  return [...new Set(folder.splits.map((row) => setOf(row, folder)))].sort()
}

function inSet(row: SplitRow, set: string): SetRow {
  return { ...row, patientId: `${set}/${row.patientId}`, imageId: `${set}/${row.imageId}`, set }
}

/**
 * An id as its own data folder has it, without the name of the set that several folders are kept apart by.
 *
 * @example
 * ownId('rsna/10006') // '10006'
 */
export function ownId(id: string): string {
  return id.slice(id.indexOf('/') + 1)
}

/** The name of an image in its set; one that is in no split is in none that anybody asks for. */
function nameIn(folder: ProcessedFolder): (image: ManifestRow) => string {
  const sets = new Map(folder.splits.map((row) => [row.imageId, setOf(row, folder)]))
  return ({ imageId }) => `${sets.get(imageId) ?? basename(resolve(folder.dataDir))}/${imageId}`
}

function imagesOf({ manifest, dataDir }: ProcessedFolder, nameOf: (image: ManifestRow) => string) {
  return new Map(manifest.map((row): [string, PlacedImage] => [nameOf(row), { row, dataDir }]))
}

/** A set may lie in several folders where its rows say so; two folders that only happen to have one name may not be mixed. */
function assertApart(folders: readonly NamedFolder[]): void {
  const images = new Map<string, string>()
  for (const folder of folders) {
    const isNamed = folder.splits.every((row) => ownSet(row) !== null)
    for (const other of folders) {
      const shared = other === folder ? undefined : folder.sets.find((set) => other.sets.includes(set))
      if (shared !== undefined && !isNamed) throw notApart(`the set ${shared}`, folder.dataDir, other.dataDir)
    }
    for (const row of folder.splits) {
      const name = `${setOf(row, folder)}/${row.imageId}`
      const earlier = images.get(name)
      if (earlier !== undefined) throw notApart(`image ${name}`, earlier, folder.dataDir)
      images.set(name, folder.dataDir)
    }
  }
}

function notApart(what: string, first: string, second: string): ScreeningDataError {
  return new ScreeningDataError(
    'bad-option',
    `Expected data folders of different sets but received ${what} in ${first} and in ${second}. Name each folder once, rename one, or give their rows a column set.`,
    { what, folders: [first, second] },
  )
}

/** The counts of all folders, each reason with its set. */
function sumOf(folders: readonly NamedFolder[]): Adjustments {
  const named = (reason: string, { sets }: NamedFolder) => `${reason}, in ${sets.join(' and ')}`
  return {
    ...noAdjustments,
    excluded: folders.flatMap((folder) =>
      folder.adjustments.excluded.map((count) => ({ ...count, reason: named(count.reason, folder) })),
    ),
    corrected: folders.flatMap((folder) =>
      folder.adjustments.corrected.map((count) => ({ ...count, reason: named(count.reason, folder) })),
    ),
  }
}
