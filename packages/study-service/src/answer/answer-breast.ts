/** One answer for a breast, from its images: aggregation, calibration and threshold as they were selected, for breasts. */
import { type BreastDecision, calibrateProbability, classifyBreasts } from '@mammokit/mammogram-classifier/model'
import type { BreastResult, ImageResult } from '../result/result-schema.ts'

/** What every answer repeats of the model that it is by. */
export interface AnsweringModel {
  readonly decision: BreastDecision | null
  readonly modelHash: string
  readonly preprocessHash: string
}

/** The views of a screening examination; one that is missing is said. */
const screeningViews = ['CC', 'MLO']

/** @param images all of one breast, at least one */
export function answerBreast(
  breastId: string,
  laterality: 'L' | 'R',
  images: readonly ImageResult[],
  { decision, modelHash, preprocessHash }: AnsweringModel,
): BreastResult {
  const answered = images.filter(({ probability }) => probability !== null)
  const operatingPoint = operatingPointOf(decision)
  const views = [...new Set(answered.flatMap(({ view }) => view ?? []))]
  const missing = screeningViews.filter((view) => !views.includes(view)).map((view) => `view:no-${view.toLowerCase()}`)
  const leftOut = images.length - answered.length
  const shared = ['uid:shared', 'bytes:shared'].filter((code) =>
    answered.some(({ warnings }) => warnings.includes(code)),
  )
  const common = {
    breastId,
    laterality,
    imageIds: answered.map(({ imageId }) => imageId),
    views,
    modelHash,
    preprocessHash,
    isCalibrated: decision !== null && decision.calibration.method !== 'none',
    operatingPoint,
    warnings: [...missing, ...(leftOut > 0 ? [`images:${leftOut}-left-out`] : []), ...shared],
  }
  if (answered.length === 0) {
    const reason = `None of its ${images.length} image${images.length === 1 ? ' was' : 's were'} admitted: ${images[0]!.abstention?.reason ?? ''}`
    const abstention = { code: 'no-image' as const, check: null, reason }
    return { ...common, probability: null, networkProbability: null, call: null, heatmap: null, abstention }
  }
  const rows = answered.map(({ probability }) => ({
    patientId: '',
    laterality,
    target: 0,
    probability: probability!,
  }))
  const [breast] = classifyBreasts(rows, decision ? { aggregation: decision.aggregation } : {})
  const networkProbability = breast!.probability
  const highest = answered.reduce((a, b) => (b.probability! > a.probability! ? b : a))
  return {
    ...common,
    networkProbability,
    probability: decision ? calibrateProbability(decision.calibration, networkProbability) : networkProbability,
    call: decision && (networkProbability >= decision.threshold ? 'suspicious' : 'not-suspicious'),
    heatmap: highest.heatmap,
    abstention: null,
  }
}

export function operatingPointOf(decision: BreastDecision | null): BreastResult['operatingPoint'] {
  if (decision === null) return null
  const { threshold, calibration } = decision
  return { threshold, probability: calibrateProbability(calibration, Math.min(1, Math.max(0, threshold))) }
}
