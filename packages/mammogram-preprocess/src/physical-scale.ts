import type { DicomHeader } from '@mammokit/dicom-io'

/**
 * Distance of a mammogram's pixels in the breast, mm, or the warning that says why it is not known: Imager Pixel Spacing (0018,1164),
 * which is at the detector, over Estimated Radiographic Magnification Factor (0018,1114) where there is one; else Pixel Spacing (0028,0030).
 */
export function pixelSpacingOf(header: DicomHeader | undefined): number | 'scale:unknown' | 'scale:not-square' {
  const { imagerPixelSpacing, estimatedRadiographicMagnificationFactor: magnification = 1 } = header ?? {}
  const [row, column = row] = imagerPixelSpacing ?? header?.pixelSpacing ?? []
  if (!(row > 0 && column > 0 && row < Number.POSITIVE_INFINITY)) return 'scale:unknown'
  if (Math.abs(row - column) > 0.01 * row) return 'scale:not-square'
  return imagerPixelSpacing && magnification >= 1 ? row / magnification : row
}
