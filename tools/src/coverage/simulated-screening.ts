/** Breasts of simulated patients whose scores are binormal, with the figures that they have in the long run. */
import type { BreastPrediction } from '@mammokit/pf1-metric'
import { createRandom } from '@mammokit/seeded-random'

export interface Screening {
  /** In the long run: 0.7, 0.85 or 0.95. */
  readonly auc: number
  /** Breasts with cancer: so many in every sample, or on average where they are drawn. */
  readonly cancers: number
  readonly areDrawn: boolean
}

/** Share of the breasts with cancer: more than in screening, as in most test sets. */
const prevalence = 0.05
/** Correlation of the scores of a patient's two breasts. */
const correlation = 0.5

/** By how many deviations the scores of cancers are higher: sqrt(2) times the normal quantile of the area. */
const shifts: Readonly<Record<number, number>> = { 0.7: 0.741614, 0.85: 1.465738, 0.95: 2.326174 }

/** Every tenth patient with cancer has it in both breasts where the number is fixed; else each breast has it by chance. */
export function simulateBreasts({ auc, cancers, areDrawn }: Screening, replicate: number): BreastPrediction[] {
  const random = createRandom(13, 'screening', Math.round(100 * auc), cancers, areDrawn ? 1 : 0, replicate)
  const patients = Math.round(cancers / prevalence / 2)
  const targets = new Uint8Array(2 * patients)
  for (let patient = 0, left = cancers; !areDrawn && left > 0; patient++) {
    for (let side = 0; side < (patient % 10 === 0 && left > 1 ? 2 : 1); side++, left--) targets[2 * patient + side] = 1
  }
  return Array.from({ length: patients }, (_, patient) => {
    const shared = Math.sqrt(correlation) * random.normal()
    return ['L', 'R'].map((laterality, side) => {
      const target = areDrawn ? Number(random.chance(prevalence)) : targets[2 * patient + side]
      const score = shared + Math.sqrt(1 - correlation) * random.normal() + target * shifts[auc]
      const patientId = `${patient}`
      const probability = probabilityOf(score, shifts[auc])
      return { breastId: `${patientId}_${laterality}`, patientId, laterality, target, probability, images: 1 }
    })
  }).flat()
}

/** The threshold with the best F1 in the long run, and every figure there, by integration over the scores. */
export function longRunFigures(auc: number) {
  const shift = shifts[auc]
  const step = 1e-4
  const density = (x: number) => (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * step
  let [sensitivity, falsePositiveRate, meanOfCancers, brier, averagePrecision] = [0, 0, 0, 0, 0]
  let best = { f1: 0, threshold: 0, sensitivity: 0, specificity: 0 }
  let [sensitivityAtSpecificity90, sensitivityAtSpecificity95, logLoss] = [0, 0, 0]
  // From the highest score down; each step is taken at its middle.
  for (let i = 0; i < 180_000; i++) {
    const x = 10 - (i + 0.5) * step
    const [cancer, healthy, probability] = [density(x - shift), density(x), probabilityOf(x, shift)]
    const found = prevalence * (sensitivity + cancer / 2)
    averagePrecision += (cancer * found) / (found + (1 - prevalence) * (falsePositiveRate + healthy / 2))
    meanOfCancers += cancer * probability
    brier += prevalence * cancer * (1 - probability) ** 2 + (1 - prevalence) * healthy * probability ** 2
    logLoss -= prevalence * cancer * Math.log(probability) + (1 - prevalence) * healthy * Math.log1p(-probability)
    sensitivity += cancer
    falsePositiveRate += healthy
    if (falsePositiveRate <= 0.1) sensitivityAtSpecificity90 = sensitivity
    if (falsePositiveRate <= 0.05) sensitivityAtSpecificity95 = sensitivity
    const called = prevalence * sensitivity + (1 - prevalence) * falsePositiveRate
    const f1 = (2 * prevalence * sensitivity) / (prevalence + called)
    if (f1 > best.f1) {
      const threshold = probabilityOf(x - step / 2, shift)
      best = { f1, threshold, sensitivity, specificity: 1 - falsePositiveRate }
    }
  }
  const calls = prevalence * best.sensitivity + (1 - prevalence) * (1 - best.specificity)
  return {
    threshold: best.threshold,
    figures: {
      rocAuc: auc,
      averagePrecision,
      pf1: meanOfCancers,
      pf1AtThreshold: best.f1,
      sensitivity: best.sensitivity,
      specificity: best.specificity,
      brier,
      logLoss,
      sensitivityAtSpecificity90,
      sensitivityAtSpecificity95,
      ppv: (prevalence * best.sensitivity) / calls,
      npv: ((1 - prevalence) * best.specificity) / (1 - calls),
    },
  }
}

/** The chance of cancer of a score, by Bayes: the simulated network is calibrated, so that its probabilities have the prevalence for their mean. */
function probabilityOf(score: number, shift: number): number {
  const logOdds = shift * score - (shift * shift) / 2 + Math.log(prevalence / (1 - prevalence))
  return 1 / (1 + Math.exp(-logOdds))
}
