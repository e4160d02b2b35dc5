import { basename, dirname, resolve } from 'node:path'
import { folderNames } from './folder-names.ts'
import type { SourceFolder } from './source-folder.ts'

/** The images whose file is not there; each folder is read once. */
export async function findMissing<Image extends { readonly image: string }>(
  source: SourceFolder,
  images: readonly Image[],
): Promise<Set<Image>> {
  const paths = images.map(({ image }) => resolve(source.root, image))
  const folders = await folderNames(paths.map((path) => dirname(path)))
  return new Set(images.filter((_, at) => !folders.get(dirname(paths[at]!))!.has(basename(paths[at]!))))
}
