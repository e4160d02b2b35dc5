/** A heatmap as two pictures in the geometry of the original image: over it, and alone. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import {
  type ActivationMap,
  clipToBreast,
  drawOverlay,
  heatMask,
  type MapPlacement,
  mapInFrame,
  type OverlayImage,
  wholeImage,
} from '@mammokit/mammogram-classifier/heatmap'
import { readImageBytes } from '@mammokit/mammogram-dataset'
import { decodeGrayPng, previewImage } from '@mammokit/mammogram-preprocess'
import type { ProcessedRow } from '@mammokit/screening-data'
import sharp from 'sharp'

export interface Overlay {
  readonly imageId: string
  /** Paths of the two pictures. */
  readonly overlay: string
  readonly mask: string
  /** `original`: all of the file that the image was made from; `processed`: that file is not there, so the network's image. */
  readonly geometry: 'original' | 'processed'
  /** Value of the map that is drawn as the strongest; 0 or below: nothing speaks for cancer. */
  readonly max: number
}

/** Writes `<imageId>.png` and `<imageId>-map.png`, at least `height` pixels high where the image is; by default as large as it. */
export async function writeOverlay(
  folder: string,
  row: ProcessedRow,
  map: ActivationMap,
  height: number | undefined,
): Promise<Overlay> {
  const seen = await decodeGrayPng(await readImageBytes(row))
  const { image, frame, placement, geometry } = await backgroundOf(row, seen, height)
  const heat = clipToBreast(mapInFrame(map, placement, frame, image), image, seen, placement, frame)
  const max = heat.reduce((most, value) => Math.max(most, value), 0)
  const name = row.imageId.replaceAll('/', '_')
  const [overlay, mask] = [join(folder, `${name}.png`), join(folder, `${name}-map.png`)]
  const size = { width: image.width, height: image.height }
  const pixels = sharp(drawOverlay(image, heat, { max }), { raw: { ...size, channels: 4 } }).removeAlpha()
  await writeFileAtomic(overlay, await pixels.png({ compressionLevel: 6 }).toBuffer())
  const gray = sharp(heatMask(heat, max), { raw: { ...size, channels: 1 } }).toColourspace('b-w')
  await writeFileAtomic(mask, await gray.png({ compressionLevel: 6 }).toBuffer())
  return { imageId: row.imageId, overlay, mask, geometry, max }
}

interface Background {
  readonly image: OverlayImage
  readonly frame: { readonly height: number; readonly width: number }
  readonly placement: MapPlacement
  readonly geometry: Overlay['geometry']
}

async function backgroundOf(
  row: ProcessedRow,
  seen: OverlayImage,
  height = Number.MAX_SAFE_INTEGER,
): Promise<Background> {
  const { dataDir, source, placement } = row
  const path = [join(dataDir, 'raw', source), join(dataDir, source)].find((each) => existsSync(each))
  if (path !== undefined) return { ...(await previewImage(path, { height })), placement, geometry: 'original' }
  const frame = { height: seen.height, width: seen.width }
  return { image: seen, frame, placement: wholeImage(frame), geometry: 'processed' }
}
