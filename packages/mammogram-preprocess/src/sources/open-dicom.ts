import {
  type DecodeFrameOptions,
  type DicomHeader,
  type DicomImage,
  headerOfFrame,
  identifyingAttributes,
  lateralityOf,
  readDicom,
  type StoredFrame,
  toPresentation,
} from '@mammokit/dicom-io'
import type { GrayImage } from '@mammokit/roi-detector'
import { admit } from '../admission/admit.ts'
import { headerFindings, headerWarnings, isTomosynthesis } from '../admission/header-findings.ts'
import { refusalOf } from '../admission/refuse-object.ts'
import type { ImageFile } from '../image-file.ts'
import type { ResolvedPreprocessOptions } from '../preprocess-options.ts'
import { toGray } from '../raster/to-gray.ts'
import { type ChosenFrames, chooseFrames } from './choose-frames.ts'
import type { ImageSource } from './image-source.ts'
import { projectFrames } from './project-frames.ts'

/**
 * Opens a DICOM file whose header admits it.
 *
 * @throws DicomError where its header cannot be read; PreprocessError `not-admitted`
 */
export async function openDicom(
  file: ImageFile,
  options: ResolvedPreprocessOptions,
  decoding: DecodeFrameOptions,
): Promise<ImageSource> {
  const image = await readDicom(file).catch((error: unknown) => {
    throw refusalOf(error, options.admission)
  })
  const findings = headerFindings(image.header)
  const admitted = admit(findings, options.admission)
  const frames = chooseFrames(
    { count: image.header.numberOfFrames, isSlices: isTomosynthesis(image.header) },
    options.frame,
  )
  const header = headerOfFrame(image.header, frames.index)
  const laterality = lateralityOf(header)
  const identifiers = identifyingAttributes(image.header).map((keyword) => `identifier:${keyword}`)
  const warnings = [...identifiers, ...headerWarnings(header), ...admitted, ...frames.warnings]
  return {
    frame: { height: header.rows, width: header.columns },
    header,
    ...(laterality && { laterality }),
    warnings,
    levels: await image.resolutionLevels(frames.index),
    decode: async (resolutionLevel) => {
      const stored = await storedValues(image, frames, { ...decoding, resolutionLevel })
      if (stored.channels === 1)
        return toPresentation(stored, header, { bits: 16, window: options.window, overwrite: true })
      const gray = grayOfColors(stored, header, options.raster?.color)
      for (const warning of gray.warnings) if (!warnings.includes(warning)) warnings.push(warning)
      return gray.image
    },
  }
}

/** How far the channels of a gray pixel may differ after a lossy codec has converted them from YCbCr: a share of white. */
const lossyRounding = 2 / 255

/** A capture in colors that shows gray; it has no window. */
function grayOfColors(
  { data, width, height, bits }: StoredFrame,
  { photometricInterpretation, lossyImageCompression }: DicomHeader,
  color: 'refuse' | 'luminance' = 'refuse',
): { readonly image: GrayImage; readonly warnings: readonly string[] } {
  // The entries of a palette have the bits of its table, not of the pixels.
  const isPalette = photometricInterpretation === 'PALETTE COLOR'
  const white = isPalette ? 2 ** (8 * data.BYTES_PER_ELEMENT) - 1 : 2 ** bits - 1
  const tolerance = lossyImageCompression === '01' ? lossyRounding * white : 0
  const samples = { data: data as Uint8Array | Uint16Array, width, height, channels: 3, white }
  const gray = toGray(samples, color, tolerance)
  const levels = Uint16Array.from(gray.data, (value) => Math.round((value / white) * 65_535))
  return { image: { data: levels, width, height }, warnings: gray.warnings }
}

function storedValues(
  { header, decodeFrame }: DicomImage,
  { index, projection }: ChosenFrames,
  decoding: DecodeFrameOptions,
): Promise<StoredFrame> {
  if (projection === undefined) return decodeFrame(index, decoding)
  const decode = (frame = 0) => decodeFrame(frame, decoding)
  const how = projection === 'mean' ? 'mean' : isInverse(header) ? 'smallest' : 'largest'
  return projectFrames(decode, header.numberOfFrames, how)
}

/** Whether the smallest stored value is the brightest. */
function isInverse({ photometricInterpretation, presentationLutShape }: DicomHeader): boolean {
  return photometricInterpretation === 'MONOCHROME1' || presentationLutShape === 'INVERSE'
}
