/** Processed images as small pictures that live in the page. */

import { DatasetError, readImageBytes } from '@mammokit/mammogram-dataset'
import type { BreastPrediction } from '@mammokit/pf1-metric'
import type { Prediction } from '@mammokit/training-run/schema'
import sharp from 'sharp'
import type { ReportData } from './report-data.ts'

type Outcome = 'cancer found' | 'cancer missed' | 'false alarm' | 'rightly cleared'

export interface Thumbnail {
  readonly image: Prediction
  readonly breast: BreastPrediction
  /** Of the breast at the threshold. */
  readonly outcome: Outcome
  /** A data URL, or why there is none. */
  readonly picture: { readonly source: string } | { readonly fault: string }
}

/** The images with the highest probabilities. */
export function highestImages(data: ReportData, count: number): Promise<Thumbnail[]> {
  const ranked = [...data.predictions].sort((a, b) => b.probability - a.probability)
  return thumbnailsOf(ranked.slice(0, count), data)
}

/** The images of cancers below the threshold, lowest breast first. */
export function missedCancers(data: ReportData, count: number): Promise<Thumbnail[]> {
  const missed = data.breasts
    .filter(({ target, probability }) => target === 1 && probability < data.test.threshold)
    .sort((a, b) => a.probability - b.probability)
  const imagesOf = new Map(missed.map((breast): [string, Prediction[]] => [keyOf(breast), []]))
  for (const image of data.predictions) imagesOf.get(keyOf(image))?.push(image)
  const images = [...imagesOf.values()].flat()
  return thumbnailsOf(images.slice(0, count), data)
}

function thumbnailsOf(images: readonly Prediction[], data: ReportData): Promise<Thumbnail[]> {
  const breasts = new Map(data.breasts.map((breast) => [keyOf(breast), breast]))
  return Promise.all(
    images.map(async (image) => {
      const breast = breasts.get(keyOf(image))!
      const file = data.files.get(image.imageId)
      const picture = file === undefined ? { fault: 'image not found' } : await encode(file)
      return { image, breast, outcome: outcomeOf(breast, data.test.threshold), picture }
    }),
  )
}

function keyOf({ patientId, laterality }: Pick<Prediction, 'patientId'> & { readonly laterality: string }): string {
  return JSON.stringify([patientId, laterality])
}

function outcomeOf({ target, probability }: BreastPrediction, threshold: number): Outcome {
  const called = probability >= threshold
  if (target === 1) return called ? 'cancer found' : 'cancer missed'
  return called ? 'false alarm' : 'rightly cleared'
}

/** Twice the size at which it is shown, 8 bit. The report is about figures: an image that is gone or altered is said on the page. */
async function encode(file: { readonly file: string; readonly sha256: string }): Promise<Thumbnail['picture']> {
  try {
    const jpeg = await sharp(await readImageBytes(file))
      .resize({ height: 560, withoutEnlargement: true })
      .toColourspace('b-w')
      .jpeg({ quality: 82 })
      .toBuffer()
    return { source: `data:image/jpeg;base64,${jpeg.toString('base64')}` }
  } catch (error) {
    const isAltered = error instanceof DatasetError && error.code === 'image-altered'
    return { fault: isAltered ? 'image altered since it was made' : 'image not found' }
  }
}
