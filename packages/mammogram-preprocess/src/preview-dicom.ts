import { readDicom, toPresentation } from '@mammokit/dicom-io'
import { type GrayImage, shrink } from '@mammokit/roi-detector'
import { levelForFit, type Size } from './resolution-level.ts'

export interface DicomPreview {
  /** uint16 [height * width], 0 = black; at least `height` pixels high where the frame is. */
  readonly image: GrayImage
  /** Size of the whole frame, pixels. */
  readonly frame: Size
}

/**
 * Reads the first frame of a DICOM file small, for a page or a contact sheet: not what a network sees.
 *
 * @throws DicomError where the file cannot be read or decoded
 * @example
 * const { image, frame } = await previewDicom('1459541791.dcm', { height: 320 })
 */
export async function previewDicom(path: string, { height }: { readonly height: number }): Promise<DicomPreview> {
  const { header, decodeFrame, resolutionLevels } = await readDicom(path)
  const frame = { height: header.rows, width: header.columns }
  const resolutionLevel = levelForFit(frame, { height, width: frame.width }, await resolutionLevels())
  const gray = toPresentation(await decodeFrame(0, { resolutionLevel }), header)
  return { image: shrink(gray, Math.max(1, Math.floor(gray.height / height))), frame }
}
