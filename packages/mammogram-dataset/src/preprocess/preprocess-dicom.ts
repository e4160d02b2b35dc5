/** The one way from a DICOM file to the image that the network sees: for training, evaluation and a single file. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type DicomHeader, readDicom, toPresentation } from '@mammokit/dicom-io'
import {
  type Box,
  extractRoi,
  type GreyImage,
  loadYolov5,
  type RoiMethod,
  type Side,
  type Yolov5,
} from '@mammokit/roi-detector'
import {
  detectorPath,
  type PreprocessOptions,
  preprocessHash,
  type ResolvedPreprocessOptions,
  resolvePreprocessOptions,
} from './preprocess-options.ts'
import { boxAtFullResolution, chooseResolutionLevel } from './resolution-level.ts'

/** The fitted image, how it was found, and where it comes from. */
export interface PreprocessedImage {
  /** uint16 [height * width], 0 = black, background black. */
  readonly image: GreyImage
  readonly method: RoiMethod
  /** Why the first method of the chain was not used; else empty. */
  readonly reason: string
  readonly score: number
  /** What was cut out, pixels of the DICOM frame. */
  readonly box: Box
  /** Side of the result on which the chest wall lies. */
  readonly side: Side
  readonly resolutionLevel: number
  readonly header: DicomHeader
  /** SHA-256 of the file, hexadecimal. */
  readonly sourceSha256: string
  readonly preprocessHash: string
}

/**
 * Reads a DICOM file and gives its breast on black, fitted to the size of the options.
 *
 * @throws DicomError where the file cannot be read or decoded, DatasetError `invalid-options`
 * @example
 * const { image, method } = await preprocessDicom('1459541791.dcm')
 * image.data.length // 524288: 1024 x 512
 */
export async function preprocessDicom(path: string, options: PreprocessOptions = {}): Promise<PreprocessedImage> {
  const resolved = resolvePreprocessOptions(options)
  const { height, width, window, resolutionLevel, detector, ...roiOptions } = resolved
  const bytes = await readFile(path)
  const { header, decodeFrame, resolutionLevels } = await readDicom(bytes)
  const { rows, columns } = header
  const levels = await resolutionLevels()
  const level = chooseResolutionLevel({ levels, rows, columns, height, width, resolutionLevel })
  const grey = toPresentation(await decodeFrame(0, { resolutionLevel: level }), header, { bits: 16, window })
  const laterality = lateralityOf(header)
  const roi = await extractRoi(
    { data: grey.data as Uint16Array, width: grey.width, height: grey.height },
    {
      ...roiOptions,
      height,
      width,
      ...(laterality && { laterality }),
      ...(detector && { detector: await loadedDetector(detector), detection: detector }),
    },
  )
  return {
    image: roi.image,
    method: roi.method,
    reason: roi.reason,
    score: roi.score,
    box: boxAtFullResolution(roi.box, level, header),
    side: roi.side,
    resolutionLevel: level,
    header,
    sourceSha256: createHash('sha256').update(bytes).digest('hex'),
    preprocessHash: preprocessHash(resolved),
  }
}

/** A model is loaded once per thread; one thread of ONNX Runtime, because files are what runs in parallel. */
const detectors = new Map<string, Promise<Yolov5>>()

function loadedDetector({ model, sha256 }: NonNullable<ResolvedPreprocessOptions['detector']>): Promise<Yolov5> {
  let detector = detectors.get(sha256)
  if (!detector) {
    detector = loadYolov5(detectorPath(model), { threads: 1 })
    detectors.set(sha256, detector)
  }
  return detector
}

/** Image Laterality (0020,0062), else Laterality (0020,0060), where it is one of both sides. */
export function lateralityOf(header: DicomHeader): Side | undefined {
  const value = header.imageLaterality || header.laterality
  return value === 'L' || value === 'R' ? value : undefined
}
