/**
 * Which files of a study are copies of one image: those of the same side and view with the same bytes, or with the same SOP Instance UID
 * and pixels. A UID alone says little: software that removes identities gives all images of a study the same one.
 */
import { hashFile } from '#platform'
import type { ImageFacts } from '../files/read-facts.ts'
import type { Abstention, ImageResult } from '../result/result-schema.ts'
import { type ImageOptions, type PreparedImage, prepareImage, type ShownFrame } from './answer-image.ts'

/** Prepares the images of one study in their order; a copy of an earlier image is not admitted, once that one could be read. */
export interface CopyFinder {
  prepare(facts: ImageFacts): Promise<PreparedImage>
  /** Whether another file of the study has its UID, side and view, and other bytes: it must be prepared to know whether it is a copy. */
  sharesUid(facts: ImageFacts): boolean
  /** Path of the file with the same bytes, side and view that was prepared before and stands for this one. */
  copyOf(facts: ImageFacts): Promise<string | undefined>
  /** Notes how a file was prepared, for its copies. */
  note(facts: ImageFacts, prepared: Promise<Noted>): void
}

/** A prepared image or an answer. */
export type Noted = object & { readonly abstention?: Abstention | null }

/** Paths of the files that were prepared, by the hash of what the network sees of them. */
type Pixels = Map<string, string>

export function createCopyFinder(images: readonly ImageFacts[], options: ImageOptions): CopyFinder {
  const standing = new Map<string, Promise<string | undefined>>()
  const pixelsOf = new Map<string, Promise<Pixels>>()
  const named = groupBy(
    images.filter(({ sopInstanceUid }) => sopInstanceUid !== null),
    uidKey,
  )
  const shared = new Set([...named].filter(([, files]) => differInBytes(files)).map(([key]) => key))
  const sharesUid = (facts: ImageFacts) => shared.has(uidKey(facts))
  return {
    sharesUid,
    copyOf: async (facts) => await standing.get(bytesKey(facts)),
    note(facts, prepared) {
      const key = bytesKey(facts)
      standing.set(key, handled(standingPath(standing.get(key), facts, prepared)))
    },
    async prepare(facts) {
      if (!sharesUid(facts)) return await prepareImage(facts, undefined, options)
      const key = uidKey(facts)
      const made = prepareUnlessCopy(facts, options, pixelsOf.get(key) ?? Promise.resolve(new Map()))
      pixelsOf.set(key, handled(made.then(({ pixels }) => pixels)))
      return (await made).prepared
    },
  }
}

/** Its error is thrown where it is awaited, which may be later. */
export function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {})
  return promise
}

/**
 * Warns of answers that share a SOP Instance UID (`uid:shared`) or, as pictures, their bytes (`bytes:shared`) and are no copies: each is
 * answered, and one of them may be of another patient, side or view than it says.
 *
 * @param images of one study
 */
export function warnOfShared(images: readonly ImageResult[]): ImageResult[] {
  const sharing = groupBy(
    images.filter((image) => !isNoOriginal(image)),
    sharedKey,
  )
  return images.map((image) => {
    const others = sharing.get(sharedKey(image)) ?? []
    if (others.length < 2 || isNoOriginal(image)) return image
    return { ...image, warnings: [...image.warnings, image.sopInstanceUid === null ? 'bytes:shared' : 'uid:shared'] }
  })
}

const isNoOriginal = ({ abstention }: ImageResult): boolean =>
  abstention?.code === 'duplicate' || abstention?.code === 'unreadable'

const sharedKey = ({ sopInstanceUid, sha256 }: ImageResult): string => sopInstanceUid ?? sha256

const uidKey = ({ sopInstanceUid, laterality, view }: ImageFacts): string =>
  JSON.stringify([sopInstanceUid, laterality, view])

const differInBytes = (files: readonly ImageFacts[]): boolean => files.some(({ sha256 }) => sha256 !== files[0]!.sha256)

const bytesKey = ({ sha256, laterality, view }: ImageFacts): string => JSON.stringify([sha256, laterality, view])

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** A file that cannot be read stands for no copy: the next one may be whole. */
async function standingPath(
  before: Promise<string | undefined> | undefined,
  { path }: ImageFacts,
  prepared: Promise<Noted>,
): Promise<string | undefined> {
  const code = (await prepared).abstention?.code
  return (await before) ?? (code === 'unreadable' || code === 'duplicate' ? undefined : path)
}

/** Prepares a file, and takes it as a copy where the network would see what it saw of an earlier one. */
async function prepareUnlessCopy(
  facts: ImageFacts,
  options: ImageOptions,
  earlier: Promise<Pixels>,
): Promise<{ prepared: PreparedImage; pixels: Pixels }> {
  const frames: ShownFrame[] = []
  const onFrame = options.onFrame && ((frame: ShownFrame) => frames.push(frame))
  const prepared = await prepareImage(facts, undefined, { ...options, onFrame })
  const pixels = await earlier
  const hash = 'image' in prepared ? await hashFile(new Blob([prepared.image.image.data])) : undefined
  const copy = hash && pixels.get(hash)
  if (copy) return { prepared: await prepareImage(facts, copy, options), pixels }
  if (hash) pixels.set(hash, facts.path)
  for (const frame of frames) options.onFrame?.(frame, facts)
  return { prepared, pixels }
}
