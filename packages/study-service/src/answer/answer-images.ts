/** The images of one study, one answer after the other. */
import type { Model } from '@mammokit/mammogram-classifier/model'
import type { ImageResult } from '../result/result-schema.ts'
import { type AnswerOptions, answerImage, breastIdOf } from './answer-image.ts'
import { warnOfShared } from './find-copies.ts'
import type { StudyGroup } from './group-images.ts'
import { type AnswerMemory, memoryKey, type PreparedImages } from './prepare-images.ts'

export interface AnswerImagesOptions extends Omit<AnswerOptions, 'studyId'> {
  /** Takes each new answer. */
  readonly memory?: AnswerMemory | undefined
}

/**
 * Answers in the order of the images; the network looks at one at a time.
 *
 * @param prepared gives those of this study next
 * @param onImage called after each; what it throws ends the work
 */
export async function answerImages(
  { studyId, images }: StudyGroup,
  prepared: PreparedImages,
  model: Model,
  { memory, ...options }: AnswerImagesOptions,
  onImage: () => void,
): Promise<ImageResult[]> {
  const answers: ImageResult[] = []
  for (const facts of images) {
    const found = await prepared.next()
    const image =
      'answer' in found
        ? { ...found.answer, breastId: facts.laterality && breastIdOf(studyId, facts.laterality) }
        : await answerImage(facts, found, model, { ...options, studyId })
    if (image.probability !== null) memory?.set(memoryKey(facts), image)
    answers.push(image)
    onImage()
  }
  return warnOfShared(answers)
}
