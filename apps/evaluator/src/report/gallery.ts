/** Which images of a test are shown, by what became of their breasts, and their pictures. */

import { clipToBreast, drawOverlay, mapInFrame, wholeImage } from '@mammokit/mammogram-classifier/heatmap'
import { DatasetError, type LesionBox, lesionInImage, readImageBytes } from '@mammokit/mammogram-dataset'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess'
import type { BreastPrediction } from '@mammokit/pf1-metric'
import type { Prediction } from '@mammokit/training-run/schema'
import sharp from 'sharp'
import type { ReportData } from './report-data.ts'

export type Outcome = 'cancer found' | 'cancer missed' | 'false alarm' | 'rightly cleared'

export interface Thumbnail {
  readonly image: Prediction
  readonly breast: BreastPrediction
  /** Of the breast at the threshold. */
  readonly outcome: Outcome
  /** Data URLs, or why there are none. */
  readonly picture: Picture | { readonly fault: string }
}

export interface Picture {
  /** As the network sees it. */
  readonly plain: string
  /** The same under its heatmap; null where there is no map of it. */
  readonly explained: string | null
  /** Pixels of the network's image. */
  readonly height: number
  readonly width: number
  /** Known lesions, cancers and others, in these pixels. */
  readonly lesions: readonly LesionBox[]
}

/**
 * Images of breasts with one outcome: what was called is shown from the highest probability, what was cleared from the one that was wrongest:
 * missed cancers from the lowest, rightly cleared breasts from the highest.
 */
export async function galleryOf(data: ReportData, outcome: Outcome, count: number): Promise<Thumbnail[]> {
  const breasts = data.breasts.filter((breast) => outcomeOf(breast, data.test.threshold) === outcome)
  const sign = outcome === 'cancer missed' ? 1 : -1
  breasts.sort((a, b) => sign * (a.probability - b.probability))
  const byBreast = new Map<string, Prediction[]>()
  for (const row of data.predictions) {
    const id = `${row.patientId}_${row.laterality}`
    byBreast.set(id, [...(byBreast.get(id) ?? []), row])
  }
  const shown = breasts
    .slice(0, count)
    .flatMap((breast) => (byBreast.get(breast.breastId) ?? []).map((image) => ({ image, breast })))
  const thumbnails: Thumbnail[] = []
  for (const { image, breast } of shown.slice(0, count)) {
    thumbnails.push({ image, breast, outcome, picture: await pictureOf(data, image.imageId) })
  }
  return thumbnails
}

function outcomeOf({ target, probability }: BreastPrediction, threshold: number): Outcome {
  const called = probability >= threshold
  if (target === 1) return called ? 'cancer found' : 'cancer missed'
  return called ? 'false alarm' : 'rightly cleared'
}

/** Twice the size at which it is shown. The report is about figures: an image that is gone or altered is said on the page. */
async function pictureOf(
  { files, maps, lesions, mapScale }: ReportData,
  imageId: string,
): Promise<Thumbnail['picture']> {
  const file = files.get(imageId)
  if (file === undefined) return { fault: 'image not found' }
  try {
    const { data, height, width } = await decodeGrayPng(await readImageBytes(file))
    const frame = { height, width }
    const stored = maps?.maps.get(imageId)
    let explained: string | null = null
    if (maps && stored) {
      const { offset, stride } = maps.source
      const seen = { data, ...frame }
      const heat = clipToBreast(mapInFrame({ ...stored, offset, stride }, wholeImage(frame), frame), frame, seen)
      explained = await jpegOf(drawOverlay(seen, heat, { max: mapScale }), 4, frame)
    }
    const gray = Uint8Array.from(data, (value) => value / 257)
    const boxes = (lesions.get(imageId) ?? []).flatMap((lesion) => lesionInImage(lesion, file.placement, frame) ?? [])
    return { plain: await jpegOf(gray, 1, frame), explained, ...frame, lesions: boxes }
  } catch (error) {
    const isAltered = error instanceof DatasetError && error.code === 'image-altered'
    return { fault: isAltered ? 'image altered since it was made' : 'image not found' }
  }
}

async function jpegOf(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: 1 | 4,
  size: { readonly height: number; readonly width: number },
): Promise<string> {
  const image = sharp(pixels, { raw: { ...size, channels } }).resize({ height: 480, withoutEnlargement: true })
  const jpeg = await (channels === 1 ? image.toColourspace('b-w') : image.removeAlpha())
    .jpeg({ quality: 82 })
    .toBuffer()
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`
}
