/** What a user dropped or chose, as the files that are analyzed. */
import type { ChosenFile } from '@mammokit/study-service/browser'

export interface Chosen {
  readonly images: readonly (ChosenFile & { readonly blob: File; readonly chosenAs?: string })[]
  /** The last exported model among them. */
  readonly model: File | undefined
  /** Paths of what was dropped and could not be opened, such as a folder without permission. */
  readonly unread?: readonly string[]
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
  const unread: string[] = []
  const walk = (entry: FileSystemEntry, isNamed: boolean): Promise<void> =>
    walkEntry(entry, isNamed, found, (each) => walk(each, false)).catch(() => {
      unread.push(entry.fullPath.replace(/^\//, ''))
    })
  for (const entry of entries) await walk(entry, entry.isFile)
  return { ...sorted(found), unread }
}

async function walkEntry(
  entry: FileSystemEntry,
  isNamed: boolean,
  found: Chosen['images'][number][],
  walk: (entry: FileSystemEntry) => Promise<void>,
): Promise<void> {
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
    for (const each of some) await walk(each)
  }
}

function sorted(files: readonly Chosen['images'][number][]): Chosen {
  const isModel = ({ path }: ChosenFile) => /\.onnx$/i.test(path)
  return {
    images: files.filter((file) => !isModel(file)),
    model: files.filter(isModel).at(-1)?.blob,
  }
}

interface Named {
  readonly path: string
  readonly blob: { readonly size: number; readonly lastModified: number }
  /** Its path before it was told from others. */
  readonly chosenAs?: string
}

/** Files that are there already, by path, size and time, are not added again; another file of the same path gets a number, such as `1-1 (2).dcm`. */
export function addFiles<File extends Named>(before: readonly File[], added: readonly File[]): File[] {
  const files = [...before]
  const paths = new Set(files.map(({ path }) => path))
  const chosen = new Map<string, File[]>()
  const note = (file: File) => {
    const key = file.chosenAs ?? file.path
    chosen.set(key, [...(chosen.get(key) ?? []), file])
  }
  files.forEach(note)
  for (const file of added) {
    const namesakes = chosen.get(file.path) ?? []
    if (namesakes.some((other) => isSame(other, file))) continue
    let path = file.path
    for (let number = 2; paths.has(path); number++) path = file.path.replace(/(\.[^./]*)?$/, ` (${number})$1`)
    const kept = path === file.path ? file : { ...file, path, chosenAs: file.path }
    paths.add(path)
    files.push(kept)
    note(kept)
  }
  return files
}

const isSame = ({ blob: a }: Named, { blob: b }: Named): boolean =>
  a.size === b.size && a.lastModified === b.lastModified
