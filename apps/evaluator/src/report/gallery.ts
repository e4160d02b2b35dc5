/** Which images of a test are shown, by what became of their breasts, and their pictures. */
import type { BreastPrediction } from '@mammokit/pf1-metric'
import type { Prediction } from '@mammokit/training-run/schema'
import type { Picture, PictureFault } from './picture.ts'
import type { TestedCases } from './tested-cases.ts'

export type Outcome = 'cancer found' | 'cancer missed' | 'false alarm' | 'rightly cleared'

export interface Thumbnail {
  readonly image: Prediction
  readonly breast: BreastPrediction
  /** Of the breast at the threshold. */
  readonly outcome: Outcome
  /** Data URLs, or why there are none. */
  readonly picture: Picture | PictureFault
}

/**
 * Images of breasts with one outcome: what was called is shown from the highest probability, what was cleared from the one that was wrongest:
 * missed cancers from the lowest, rightly cleared breasts from the highest.
 */
export async function galleryOf(data: TestedCases, outcome: Outcome, count: number): Promise<Thumbnail[]> {
  const breasts = data.breasts.filter((breast) => outcomeOf(breast, data.test.threshold) === outcome)
  const sign = outcome === 'cancer missed' ? 1 : -1
  breasts.sort((a, b) => sign * (a.probability - b.probability))
  const first = breasts.slice(0, count)
  const imagesOf = new Map<string, Prediction[]>(first.map(({ breastId }) => [breastId, []]))
  const patients = new Set(first.map(({ patientId }) => patientId))
  for (const row of data.predictions) {
    if (patients.has(row.patientId)) imagesOf.get(`${row.patientId}_${row.laterality}`)?.push(row)
  }
  const shown = first.flatMap((breast) => imagesOf.get(breast.breastId)!.map((image) => ({ image, breast })))
  return Promise.all(
    shown.slice(0, count).map(async ({ image, breast }) => {
      return { image, breast, outcome, picture: await pictureOf(data, image.imageId) }
    }),
  )
}

async function pictureOf(
  { files, maps, lesions, mapScale, drawing }: TestedCases,
  imageId: string,
): Promise<Thumbnail['picture']> {
  const found = files.get(imageId)
  if (found === undefined) return { fault: 'image not found' }
  const { file, sha256, placement } = found
  const stored = maps?.maps.get(imageId)
  const map = maps && stored ? { ...stored, offset: maps.source.offset, stride: maps.source.stride } : null
  return drawing.pictureOf({ file: { file, sha256, placement }, map, mapScale, lesions: lesions.get(imageId) ?? [] })
}

function outcomeOf({ target, probability }: BreastPrediction, threshold: number): Outcome {
  const called = probability >= threshold
  if (target === 1) return called ? 'cancer found' : 'cancer missed'
  return called ? 'false alarm' : 'rightly cleared'
}
