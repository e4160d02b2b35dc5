/** Pixel Padding Value and Range Limit: stored values that lie outside of the image (PS3.3 C.7.5.1.1.2). */
import type { DicomHeader } from '../header/dicom-header.ts'

export interface PaddingRange {
  readonly low: number
  readonly high: number
}

export function paddingRange({ pixelPaddingValue, pixelPaddingRangeLimit }: DicomHeader): PaddingRange | undefined {
  if (pixelPaddingValue === undefined) return undefined
  const limit = pixelPaddingRangeLimit ?? pixelPaddingValue
  return { low: Math.min(pixelPaddingValue, limit), high: Math.max(pixelPaddingValue, limit) }
}
