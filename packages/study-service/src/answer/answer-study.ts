/** One answer for a patient's study: that of the more suspicious breast, and none where a breast without an answer, or an image of unknown side, could change it. */
import type { BreastResult, ImageResult, StudyResult } from '../result/result-schema.ts'
import { type AnsweringModel, operatingPointOf } from './answer-breast.ts'

/** The answer alone, without what the study is. */
export function answerStudy(
  images: readonly ImageResult[],
  breasts: readonly BreastResult[],
  { decision, modelHash, preprocessHash }: AnsweringModel,
): Omit<StudyResult, 'studyId' | 'patientId' | 'studyInstanceUid' | 'studyDate' | 'breasts' | 'images'> {
  const answered = breasts.filter(({ probability }) => probability !== null)
  const abstained = breasts.filter(({ probability }) => probability === null)
  const missing = (['L', 'R'] as const).filter((side) => !breasts.some(({ laterality }) => laterality === side))
  const ofUnknownSide = images.filter(({ abstention }) => abstention?.code === 'laterality-unknown').length
  const common = {
    operatingPoint: operatingPointOf(decision),
    modelHash,
    preprocessHash,
    warnings: [
      ...missing.map((side) => `breast:no-${side.toLowerCase()}`),
      ...abstained.map(({ laterality }) => `breast:${laterality.toLowerCase()}-abstained`),
      ...(ofUnknownSide > 0 ? [`images:${ofUnknownSide}-of-unknown-side`] : []),
    ],
  }
  const none = { ...common, probability: null, call: null, heatmap: null }
  if (answered.length === 0) {
    const reason = breasts[0]?.abstention?.reason ?? `None of its ${images.length} images is of a known side.`
    return { ...none, abstention: { code: 'no-image', check: null, reason } }
  }
  const isCalled = answered.some(({ call }) => call === 'suspicious')
  if (abstained.length > 0 && !isCalled) {
    const sides = abstained.map(({ laterality }) => (laterality === 'L' ? 'left' : 'right')).join(' and ')
    const reason = `The ${sides} breast has no answer, and the other one is not called.`
    return { ...none, abstention: { code: 'breast-abstained', check: null, reason } }
  }
  if (ofUnknownSide > 0 && !isCalled) {
    const unknown = ofUnknownSide === 1 ? '1 image of unknown side has' : `${ofUnknownSide} images of unknown side have`
    const reason = `${unknown} no answer, and no breast is called.`
    return { ...none, abstention: { code: 'laterality-unknown', check: null, reason } }
  }
  // By what the threshold is for: isotonic calibration makes different probabilities equal, also beside the threshold.
  const higher = answered.reduce((a, b) => (b.networkProbability! > a.networkProbability! ? b : a))
  const call = decision && (isCalled ? 'suspicious' : 'not-suspicious')
  return { ...common, probability: higher.probability, call, heatmap: higher.heatmap, abstention: null }
}
