/** What a user dropped or chose, as the files that are analyzed. */
import type { ChosenFile } from '@mammokit/study-service/browser'

export interface Chosen {
  readonly images: readonly (ChosenFile & { readonly blob: File })[]
  /** The last exported model among them. */
  readonly model: File | undefined
}

/** Files of an input: of a folder those below it, under their path. */
export function filesOfInput(files: Iterable<File>): Chosen {
  return sorted(
    Array.from(files, (blob) => {
      const folder = blob.webkitRelativePath
      return { path: folder || blob.name, blob, isNamed: folder === '' }
    }),
  )
}

/** Files that were dropped, folders walked. */
export async function filesOfDrop(items: Iterable<DataTransferItem>): Promise<Chosen> {
  // An item is gone after the event: its entry is asked for at once.
  const entries = Array.from(items).flatMap((item) => item.webkitGetAsEntry() ?? [])
  const found: Chosen['images'][number][] = []
  for (const entry of entries) await walk(entry, entry.isFile, found)
  return sorted(found)
}

async function walk(entry: FileSystemEntry, isNamed: boolean, found: Chosen['images'][number][]): Promise<void> {
  if (entry.isFile) {
    const blob = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    found.push({ path: entry.fullPath.replace(/^\//, ''), blob, isNamed })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // A call gives some of the entries, and none after the last.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return
    for (const each of some) await walk(each, false, found)
  }
}

function sorted(files: readonly Chosen['images'][number][]): Chosen {
  const isModel = ({ path }: ChosenFile) => /\.onnx$/i.test(path)
  return {
    images: files.filter((file) => !isModel(file)),
    model: files.filter(isModel).at(-1)?.blob,
  }
}

/** Files that are there already, by path and size, are not added again. */
export function addFiles<File extends { readonly path: string; readonly blob: { readonly size: number } }>(
  before: readonly File[],
  added: readonly File[],
): File[] {
  const keyOf = ({ path, blob }: File) => `${blob.size} ${path}`
  const known = new Map(before.map((file) => [keyOf(file), file]))
  for (const file of added) known.set(keyOf(file), file)
  return [...known.values()]
}
