/** What is in the files of a data set: whether they can be read, what their headers say, and which are copies. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkImage } from '@mammokit/mammogram-preprocess'
import type { DataSet, FileContent } from '@mammokit/screening-data'
import { describe } from '../extract/extraction-task.ts'

/** Options of `checkContents`. */
export interface CheckContentsOptions {
  /** Files that are read at a time; each takes the memory of one picture. @default 4 */
  readonly lanes?: number
  /** Called after each file. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly failed: number }) => void
  readonly signal?: AbortSignal
}

/**
 * Reads the files of a data set: headers of DICOM files and whether their frames are all there, pictures whole. Only files that are as
 * large as another one are hashed, for no others can be copies.
 *
 * @throws the signal's reason when aborted
 * @example
 * const contents = await checkContents(await readDataFolder('data'))
 * contents.filter(({ error }) => error !== undefined).length // 2
 */
export async function checkContents(
  { root, images }: Pick<DataSet, 'root' | 'images'>,
  { lanes = 4, onProgress, signal }: CheckContentsOptions = {},
): Promise<FileContent[]> {
  const present = images.filter(({ isMissing }) => !isMissing)
  const sizes = new Map<string, number>()
  await inLanes(16, present, signal, async ({ image }) => {
    sizes.set(image, (await stat(resolve(root, image)).catch(() => undefined))?.size ?? 0)
  })
  const filesOfSize = new Map<number, number>()
  for (const size of sizes.values()) filesOfSize.set(size, (filesOfSize.get(size) ?? 0) + 1)

  const contents = new Map<string, FileContent>()
  let failed = 0
  await inLanes(lanes, present, signal, async ({ image }) => {
    const hash = filesOfSize.get(sizes.get(image)!)! > 1
    const content = await contentOf(resolve(root, image), image, hash)
    contents.set(image, content)
    if (content.error !== undefined) failed++
    onProgress?.({ done: contents.size, total: present.length, failed })
  })
  return present.map(({ image }) => contents.get(image)!)
}

async function contentOf(path: string, image: string, hash: boolean): Promise<FileContent> {
  try {
    const { sourceSha256: sha256, laterality, view } = await checkImage(path, { hash })
    return { image, ...(sha256 && { sha256 }), ...(laterality && { laterality }), ...(view && { view }) }
  } catch (error) {
    return { image, error: describe(error).replaceAll(path, image) }
  }
}

/** Some items at a time, each started in order. */
async function inLanes<Item>(
  count: number,
  items: readonly Item[],
  signal: AbortSignal | undefined,
  action: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values()
  const lane = async () => {
    for (const item of left) {
      signal?.throwIfAborted()
      await action(item)
    }
  }
  await Promise.all(Array.from({ length: count }, lane))
}
