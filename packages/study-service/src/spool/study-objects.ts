/** Names of the objects of a study: which image each is, and which bytes. A newer file of the same image stands for it. */
import { createHash } from 'node:crypto'

/** An object on disk. */
export interface SpooledObject {
  /** `<image>-<bytes>.dcm`, of pictures with side and view: `<image>-<bytes>_L_CC.img`. */
  readonly name: string
  readonly bytes: number
  /** When its last byte came. */
  readonly receivedMs: number
}

/** The key of a study: a hash of its UID, which is safe as a folder's name and tells nobody whose it is. */
export function studyKeyOf(studyInstanceUid: string): string {
  return shortHash(studyInstanceUid)
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** What is the same for two files of one image. */
export function imageOf(name: string): string {
  return name.slice(0, 32)
}

/** The newest file of each image, and those that a newer one has replaced. */
export function newestObjects(objects: Iterable<SpooledObject>): {
  current: SpooledObject[]
  replaced: SpooledObject[]
} {
  const newest = new Map<string, SpooledObject>()
  const replaced: SpooledObject[] = []
  for (const object of [...objects].sort((a, b) => a.receivedMs - b.receivedMs || (a.name < b.name ? -1 : 1))) {
    const before = newest.get(imageOf(object.name))
    if (before) replaced.push(before)
    newest.set(imageOf(object.name), object)
  }
  const current = [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { current, replaced }
}

export function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length
}
