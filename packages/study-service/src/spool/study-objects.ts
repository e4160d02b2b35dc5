/**
 * Names of the objects of a study: which image each says that it is, and which bytes. Files of one SOP Instance UID and other bytes stay
 * beside each other: they may be of two images, which the answer finds out.
 */
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

/** What two files of one SOP Instance UID, or of one picture with side and view, share. */
export function imageOf(name: string): string {
  return name.slice(0, 32)
}

export function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length
}
