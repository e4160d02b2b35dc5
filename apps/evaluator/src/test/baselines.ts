/** What the network is held against: calling everybody, age alone, what is known before the image is read, and chance within a machine. */
import {
  type BreastImage,
  type BreastPrediction,
  figureOf,
  groupByBreast,
  pfBeta,
  probabilitiesOf,
  rocAucDifference,
  sigmoid,
  statisticsAt,
  stratifiedRocAuc,
  targetsOf,
  undefinedFigure,
} from '@mammokit/pf1-metric'
import type { TestResult } from '@mammokit/training-run'
import { fitMetadataModel, type KnownBefore } from './metadata-model.ts'
import { ageBand } from './subgroups.ts'

export interface BaselineInput {
  /** In order of the first of their images. */
  readonly breasts: readonly BreastPrediction[]
  /** The images of these breasts, and what is known of each. */
  readonly images: readonly (BreastImage & { readonly imageId: string })[]
  readonly rowOf: ReadonlyMap<string, KnownBefore>
  readonly trainingRows: readonly (KnownBefore & { readonly cancer: number })[]
  readonly resamples: number
  readonly seed: number
}

export async function baselinesOf(input: BaselineInput): Promise<TestResult['baselines']> {
  const { breasts } = input
  const targets = targetsOf(breasts)
  const known = rowsByBreast(input)
  return {
    callAllF1: pfBeta(
      targets,
      targets.map(() => 1),
    ),
    age: await ageFigure(breasts, known),
    metadata: await metadataFigures(input, known),
    within: withinFigures(breasts, known),
  }
}

/** What is known of the images of each breast. */
function rowsByBreast({ breasts, images, rowOf }: BaselineInput): (readonly KnownBefore[])[] {
  const rows: KnownBefore[][] = breasts.map(() => [])
  const { breastOf } = groupByBreast(images)
  for (const [i, { imageId }] of images.entries()) {
    const row = rowOf.get(imageId)
    if (row) rows[breastOf[i]!]!.push(row)
  }
  return rows
}

/** ROC area of age, of the breasts whose age is known. */
function ageFigure(breasts: readonly BreastPrediction[], known: readonly (readonly KnownBefore[])[]) {
  // Any rising function of age has the same area; probabilities end at 1.
  const aged = breasts.flatMap((breast, i) => {
    const age = known[i]?.find((row) => row.age !== null)?.age
    return age === undefined || age === null ? [] : [{ ...breast, probability: Math.min(1, Math.max(0, age / 200)) }]
  })
  return aged.length === 0 ? undefinedFigure : figureOf(aged, statisticsAt(0.5).rocAuc)
}

async function metadataFigures(
  { breasts, trainingRows, resamples, seed }: BaselineInput,
  known: readonly (readonly KnownBefore[])[],
): Promise<TestResult['baselines']['metadata']> {
  const model = fitMetadataModel(trainingRows)
  const targets = targetsOf(breasts)
  if (model === null || !targets.includes(0) || !targets.includes(1)) return null
  const scores = known.map((rows) => rows.reduce((sum, row) => sum + model.logit(row), 0) / Math.max(1, rows.length))
  const scored = breasts.map((breast, i) => ({ ...breast, probability: sigmoid(scores[i] ?? 0) }))
  const patients = breasts.map(({ patientId }) => patientId)
  return {
    columns: [...model.columns],
    rocAuc: await figureOf(scored, statisticsAt(0.5).rocAuc),
    difference: rocAucDifference(targets, probabilitiesOf(breasts), scores, patients, { resamples, seed }),
  }
}

/** The network's area over pairs of one machine, and of one age band, where there are several. */
function withinFigures(breasts: readonly BreastPrediction[], known: readonly (readonly KnownBefore[])[]) {
  const strataOf: Readonly<Record<string, (row: KnownBefore) => string>> = {
    machine: ({ machineId }) => machineId?.toString() ?? 'unknown',
    age: ({ age }) => (age === null ? 'unknown' : ageBand(age)),
  }
  return Object.entries(strataOf).flatMap(([column, of]) => {
    const strata = known.map(([first]) => (first ? of(first) : 'unknown'))
    if (new Set(strata).size < 2) return []
    const { value, pairs, strata: count } = stratifiedRocAuc(targetsOf(breasts), probabilitiesOf(breasts), strata)
    return [{ column, rocAuc: value, pairs, strata: count }]
  })
}
