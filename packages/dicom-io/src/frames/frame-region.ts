/** A part of a frame: what is asked for in pixels of the whole image, and the samples that it is at a resolution. */
import type { FrameArea } from '../codecs/codec.ts'
import { DicomError } from '../dicom-error.ts'
import type { StoredFrame } from './stored-frame.ts'

/** A rectangle within the image at full resolution, pixels: the left upper corner and the size. */
export interface FrameRegion {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** @throws {DicomError} `invalid-argument` where the region is empty, no whole pixels, or not within the image. */
export function areaOfRegion(
  region: FrameRegion,
  image: { readonly rows: number; readonly columns: number },
  resolutionLevel: number,
): FrameArea {
  const { x, y, width, height } = region
  const isInside = x >= 0 && y >= 0 && x + width <= image.columns && y + height <= image.rows
  if (![x, y, width, height].every(Number.isInteger) || width < 1 || height < 1 || !isInside) {
    const received = JSON.stringify({ x, y, width, height })
    throw new DicomError(
      'invalid-argument',
      `Expected a region of whole pixels within ${image.columns} x ${image.rows} but received ${received}. Cut it to the image.`,
    )
  }
  const step = 2 ** resolutionLevel
  return {
    x0: Math.floor(x / step),
    y0: Math.floor(y / step),
    x1: Math.ceil((x + width) / step),
    y1: Math.ceil((y + height) / step),
  }
}

/** Cuts a whole frame. */
export function cutFrame(frame: StoredFrame, { x0, y0, x1, y1 }: FrameArea): StoredFrame {
  const [width, height] = [x1 - x0, y1 - y0]
  if (width === frame.width && height === frame.height) return frame
  const row = width * frame.channels
  const data = new (frame.data.constructor as Uint16ArrayConstructor)(row * height)
  for (let y = 0; y < height; y++) {
    const start = ((y0 + y) * frame.width + x0) * frame.channels
    data.set(frame.data.subarray(start, start + row), y * row)
  }
  return { ...frame, data, width, height }
}
