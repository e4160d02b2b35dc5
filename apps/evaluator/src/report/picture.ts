/** The picture of an image on the page, with its heatmap and lesions. */
import {
  type ActivationMap,
  clipToBreast,
  drawOverlay,
  mapInFrame,
  wholeImage,
} from '@mammokit/mammogram-classifier/heatmap'
import { DatasetError, type LesionBox, lesionInImage, readImageBytes } from '@mammokit/mammogram-dataset'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess'
import type { Lesion, ProcessedRow } from '@mammokit/screening-data'
import sharp from 'sharp'

export interface Picture {
  /** Data URL, as the network sees it. */
  readonly plain: string
  /** The same under its heatmap; null where there is no map of it. */
  readonly explained: string | null
  /** Pixels of the network's image. */
  readonly height: number
  readonly width: number
  /** Known lesions, cancers and others, in these pixels. */
  readonly lesions: readonly LesionBox[]
}

/** Why there is no picture. */
export interface PictureFault {
  readonly fault: string
}

/** All that a picture is made of. */
export interface PictureQuestion {
  readonly file: Pick<ProcessedRow, 'file' | 'sha256' | 'placement'>
  readonly map: ActivationMap | null
  readonly mapScale: number
  readonly lesions: readonly Lesion[]
}

/** Twice the size at which it is shown. The report is about figures: an image that is gone or altered is said on the page. */
export async function drawPicture({ file, map, mapScale, lesions }: PictureQuestion): Promise<Picture | PictureFault> {
  try {
    const { data, height, width } = await decodeGrayPng(await readImageBytes(file))
    const frame = { height, width }
    let explained: string | null = null
    if (map) {
      const seen = { data, ...frame }
      const heat = clipToBreast(mapInFrame(map, wholeImage(frame), frame), frame, seen)
      explained = await jpegOf(drawOverlay(seen, heat, { max: mapScale }), 4, frame)
    }
    const gray = Uint8Array.from(data, (value) => value / 257)
    const boxes = lesions.flatMap((lesion) => lesionInImage(lesion, file.placement, frame) ?? [])
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
