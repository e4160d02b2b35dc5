/** Prepares the images of all studies, a few ahead of the network. */
import type { ImageFacts } from '../files/read-facts.ts'
import type { Abstention, ImageResult } from '../result/result-schema.ts'
import { type ImageOptions, type PreparedImage, prepareImage } from './answer-image.ts'
import type { StudyGroup } from './group-images.ts'

/** Answered images by the hash of their bytes and their path, which says what a picture's header does not. */
export type AnswerMemory = Map<string, ImageResult>

/** An image that was prepared, or whose answer is known. */
export type Prepared = PreparedImage | { readonly answer: ImageResult }

/** The images in their order. */
export interface PreparedImages {
  /** Called once for each image. */
  next(): Promise<Prepared>
  /** Waits for those that are being prepared; afterwards there is no next one. */
  close(): Promise<void>
}

/** Images that are prepared, or being prepared, before the network looks at the first of them: one may be decoded while another is cut. */
const preparedAhead = 3

/** Images of the next study are prepared while the network looks at the last ones of a study. */
export function prepareImages(
  studies: readonly StudyGroup[],
  options: ImageOptions,
  memory: AnswerMemory | undefined,
): PreparedImages {
  const started = startEach(studies, options, memory)
  const preparing: Promise<Prepared>[] = []
  return {
    next() {
      while (preparing.length < preparedAhead) {
        const { value, done } = started.next()
        if (done) break
        preparing.push(value)
      }
      return preparing.shift()!
    },
    async close() {
      await Promise.allSettled(preparing)
    },
  }
}

/** Begins to prepare an image when it is asked for it. */
function* startEach(
  studies: readonly StudyGroup[],
  options: ImageOptions,
  memory: AnswerMemory | undefined,
): Generator<Promise<Prepared>, undefined> {
  for (const { images } of studies) {
    const prepare = preparer(options, memory)
    for (const facts of images) yield handled(prepare(facts))
  }
}

/** Its error is thrown where it is awaited, which may be later. */
function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {})
  return promise
}

/** Prepares images of one study that were not prepared before: a copy of an earlier image is not, once that one could be read. */
function preparer(options: ImageOptions, memory: AnswerMemory | undefined): (facts: ImageFacts) => Promise<Prepared> {
  /** By SOP Instance UID and by the hash of its bytes: the path of the file that stands for an image, if any does. */
  const standing = new Map<string, Promise<string | undefined>>()
  const prepare = async (facts: ImageFacts, copies: Promise<(string | undefined)[]>): Promise<Prepared> => {
    const copy = (await copies).find((path) => path !== undefined)
    const answer = copy === undefined ? memory?.get(memoryKey(facts)) : undefined
    return answer ? { answer } : await prepareImage(facts, copy, options)
  }
  return (facts) => {
    const keys = [facts.sha256, ...(facts.sopInstanceUid === null ? [] : [facts.sopInstanceUid])]
    const before = keys.map((key) => standing.get(key))
    const prepared = prepare(facts, Promise.all(before))
    for (const [i, key] of keys.entries()) standing.set(key, handled(standingPath(before[i], facts, prepared)))
    return prepared
  }
}

/** A file that cannot be read stands for no copy: the next one may be whole. */
async function standingPath(
  before: Promise<string | undefined> | undefined,
  { path }: ImageFacts,
  prepared: Promise<object & Partial<{ abstention: Abstention }>>,
): Promise<string | undefined> {
  const code = (await prepared).abstention?.code
  return (await before) ?? (code === 'unreadable' || code === 'duplicate' ? undefined : path)
}

export const memoryKey = ({ sha256, path }: ImageFacts): string => `${sha256} ${path}`
