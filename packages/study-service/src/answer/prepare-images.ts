/** Prepares the images of all studies, a few ahead of the network. */
import type { ImageFacts } from '../files/read-facts.ts'
import type { ImageResult } from '../result/result-schema.ts'
import { type ImageOptions, type PreparedImage, prepareImage } from './answer-image.ts'
import { createCopyFinder, handled } from './find-copies.ts'
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
    const prepare = preparer(images, options, memory)
    for (const facts of images) yield handled(prepare(facts))
  }
}

/** Answers of earlier calls are taken, but of a file that must be prepared to know whether it is a copy. */
function preparer(
  images: readonly ImageFacts[],
  options: ImageOptions,
  memory: AnswerMemory | undefined,
): (facts: ImageFacts) => Promise<Prepared> {
  const copies = createCopyFinder(images, options)
  const prepare = async (facts: ImageFacts, standing: Promise<string | undefined>): Promise<Prepared> => {
    const copy = await standing
    if (copy !== undefined) return await prepareImage(facts, copy, options)
    const answer = copies.sharesUid(facts) ? undefined : memory?.get(memoryKey(facts))
    return answer ? { answer } : await copies.prepare(facts)
  }
  return (facts) => {
    const prepared = prepare(facts, copies.copyOf(facts))
    copies.note(facts, prepared)
    return prepared
  }
}

export const memoryKey = ({ sha256, path }: ImageFacts): string => `${sha256} ${path}`
