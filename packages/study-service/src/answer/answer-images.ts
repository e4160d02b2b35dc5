/** The images of one study, one answer after the other, while those that follow are prepared. */
import type { Model } from '@mammokit/mammogram-classifier'
import type { ImageFacts } from '../files/read-facts.ts'
import type { Abstention, ImageResult } from '../result/result-schema.ts'
import {
  type AnswerOptions,
  answerImage,
  breastIdOf,
  type ImageOptions,
  type PreparedImage,
  prepareImage,
} from './answer-image.ts'
import type { StudyGroup } from './group-images.ts'

/** Answered images by the hash of their bytes and their path, which says what a picture's header does not. */
export type AnswerMemory = Map<string, ImageResult>

export interface AnswerImagesOptions extends ImageOptions, Omit<AnswerOptions, 'studyId'> {
  readonly memory?: AnswerMemory | undefined
}

/** An image that was prepared, or whose answer is known. */
type Prepared = PreparedImage | { readonly answer: ImageResult }

/** Images that are prepared, or being prepared, before the network looks at the first of them: one may be decoded while another is cut. */
const preparedAhead = 3

/**
 * Answers in the order of the images; the network looks at one at a time.
 *
 * @param onImage called after each; what it throws ends the work
 */
export async function answerImages(
  { studyId, images }: StudyGroup,
  model: Model,
  { writeOverlay, onSeen, memory, ...options }: AnswerImagesOptions,
  onImage: () => void,
): Promise<ImageResult[]> {
  const prepare = preparer(options, memory)
  const preparing: Promise<Prepared>[] = []
  const answer = async (facts: ImageFacts, prepared: Prepared): Promise<ImageResult> => {
    if (!('answer' in prepared)) return answerImage(facts, prepared, model, { studyId, writeOverlay, onSeen })
    return { ...prepared.answer, breastId: facts.laterality && breastIdOf(studyId, facts.laterality) }
  }
  const answers: ImageResult[] = []
  try {
    for (const [at, facts] of images.entries()) {
      for (const next of images.slice(at + preparing.length, at + preparedAhead)) preparing.push(handled(prepare(next)))
      const image = await answer(facts, await preparing.shift()!)
      if (image.probability !== null) memory?.set(memoryKey(facts), image)
      answers.push(image)
      onImage()
    }
  } finally {
    await Promise.allSettled(preparing)
  }
  return answers
}

/** Its error is thrown where it is awaited, which may be later. */
function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {})
  return promise
}

/** Prepares images that were not prepared before: a copy of an earlier image is not, once that one could be read. */
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

const memoryKey = ({ sha256, path }: ImageFacts): string => `${sha256} ${path}`
