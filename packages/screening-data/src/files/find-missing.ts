import { readdir } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { SourceFolder } from './source-folder.ts'

/** The images whose file is not there; each folder is read once. */
export async function findMissing<Image extends { readonly image: string }>(
  source: SourceFolder,
  images: readonly Image[],
): Promise<Set<Image>> {
  const folders = new Map<string, ReadonlySet<string>>()
  const missing = new Set<Image>()
  for (const image of images) {
    const path = resolve(source.root, image.image)
    const folder = dirname(path)
    const names = folders.get(folder) ?? new Set(await readdir(folder).catch(() => []))
    folders.set(folder, names)
    if (!names.has(basename(path))) missing.add(image)
  }
  return missing
}
