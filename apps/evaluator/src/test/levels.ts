/** The same calls counted by image and by patient: a radiologist recalls a woman, not a breast. */
import {
  type BreastPrediction,
  clopperPearson,
  figuresOf,
  type ImagePrediction,
  statisticsAt,
} from '@mammokit/pf1-metric'
import type { TestResult } from '@mammokit/training-run'

/** Figures of images and of patients at the threshold that was chosen for breasts. */
export async function levelsOf(
  images: readonly (ImagePrediction & { readonly imageId: string })[],
  breasts: readonly BreastPrediction[],
  threshold: number,
): Promise<TestResult['levels']> {
  const { rocAuc, averagePrecision, pf1, pf1AtThreshold, sensitivity, specificity, ppv, npv } = statisticsAt(threshold)
  const statistics = { rocAuc, averagePrecision, pf1, pf1AtThreshold, sensitivity, specificity, ppv, npv }
  const { recallRate } = statisticsAt(threshold)
  const patients = patientsOf(breasts)
  const hits = hitsOf(breasts, threshold)
  return {
    image: { units: images.length, ...(await figuresOf(images.map(asUnit), statistics)) },
    patient: {
      units: patients.length,
      ...(await figuresOf(patients, { ...statistics, recallRate })),
      // Patients are independent of each other: their count needs no design effect.
      detectionRate: { value: hits.right / patients.length, ...clopperPearson(hits.right, patients.length) },
      wrongBreastOnly: hits.wrongOnly,
    },
  }
}

function asUnit(image: ImagePrediction & { readonly imageId: string }): BreastPrediction {
  const { imageId, patientId, laterality, target, probability } = image
  return { breastId: imageId, patientId, laterality, target, probability, images: 1 }
}

/** A patient has cancer where a breast has, and the probability of the more suspicious one. */
function patientsOf(breasts: readonly BreastPrediction[]): BreastPrediction[] {
  const patients = new Map<string, BreastPrediction>()
  for (const breast of breasts) {
    const { patientId, laterality } = breast
    const other = patients.get(patientId)
    patients.set(patientId, {
      breastId: patientId,
      patientId,
      laterality,
      target: Math.max(breast.target, other?.target ?? 0),
      probability: Math.max(breast.probability, other?.probability ?? 0),
      images: breast.images + (other?.images ?? 0),
    })
  }
  return [...patients.values()]
}

/** Patients who are called on a breast with cancer, and patients with cancer who are called by a healthy breast alone. */
function hitsOf(breasts: readonly BreastPrediction[], threshold: number) {
  const right = new Set<string>()
  const wrong = new Set<string>()
  const withCancer = new Set<string>()
  for (const { patientId, target, probability } of breasts) {
    if (target === 1) withCancer.add(patientId)
    if (probability >= threshold) (target === 1 ? right : wrong).add(patientId)
  }
  const wrongOnly = [...withCancer].filter((patient) => wrong.has(patient) && !right.has(patient)).length
  return { right: right.size, wrongOnly }
}
