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
import { admit } from '../admission/admit.ts'
import { headerFindings, headerWarnings, isTomosynthesis } from '../admission/header-findings.ts'
import type { ResolvedPreprocessOptions } from '../preprocess-options.ts'
import { type ChosenFrames, chooseFrames } from './choose-frames.ts'
import type { ImageSource } from './image-source.ts'
import { projectFrames } from './project-frames.ts'

/**
 * Opens a DICOM file whose header admits it.
 *
 * @throws DicomError where its header cannot be read; PreprocessError `not-admitted`
 */
export async function openDicom(
  path: string,
  options: ResolvedPreprocessOptions,
  decoding: DecodeFrameOptions,
): Promise<ImageSource> {
  const image = await readDicom(path)
  const findings = headerFindings(image.header)
  const admitted = admit(findings, options.admission)
  const frames = chooseFrames(
    { count: image.header.numberOfFrames, isSlices: isTomosynthesis(image.header) },
    options.frame,
  )
  const header = headerOfFrame(image.header, frames.index)
  const laterality = lateralityOf(header)
  const identifiers = identifyingAttributes(image.header).map((keyword) => `identifier:${keyword}`)
  return {
    frame: { height: header.rows, width: header.columns },
    header,
    ...(laterality && { laterality }),
    warnings: [...identifiers, ...headerWarnings(header), ...admitted, ...frames.warnings],
    levels: await image.resolutionLevels(frames.index),
    decode: async (resolutionLevel) => {
      const stored = await storedValues(image, frames, { ...decoding, resolutionLevel })
      return toPresentation(stored, header, { bits: 16, window: options.window })
    },
  }
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
