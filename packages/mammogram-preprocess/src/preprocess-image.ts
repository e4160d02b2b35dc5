/** The one way from a file to the image that the network sees: for training, evaluation and a single file. */
import type { DecodeFrameOptions, DicomHeader } from '@mammokit/dicom-io'
import {
  type DetectedBreast,
  detectBreasts,
  extractRoi,
  type GrayImage,
  type RoiMethod,
  type Side,
} from '@mammokit/roi-detector'
import { hashText } from '#hashing'
import { hashFile } from '#platform'
import { admit } from './admission/admit.ts'
import { pictureFindings } from './admission/picture-findings.ts'
import type { ImageFile } from './image-file.ts'
import { loadDetector } from './load-detector.ts'
import { pixelSpacingOf } from './physical-scale.ts'
import { type Placement, placementOf, unstretch } from './placement.ts'
import {
  hashedText,
  type PreprocessOptions,
  type ResolvedPreprocessOptions,
  resolvePreprocessOptions,
} from './preprocess-options.ts'
import type { Rendering } from './raster/rendering.ts'
import { boxAtFinerLevel, levelAtMost, levelForFit, type Size, typicalBreast } from './resolution-level.ts'
import type { ImageSource } from './sources/image-source.ts'
import { openImage } from './sources/open-image.ts'

/** The fitted image, how it was found, and where it comes from. */
export interface PreprocessedImage {
  /** uint16 [height * width], 0 = black, background black. */
  readonly image: GrayImage
  readonly method: RoiMethod
  /** Why the first method of the chain was not used; else empty. */
  readonly reason: string
  readonly score: number
  /** What was cut out of the DICOM frame, and where it lies in the image: for `frameToImage` and `imageToFrame`. */
  readonly placement: Placement
  /** Size of the image in its file, pixels. */
  readonly frame: Size
  /** Side of the result on which the chest wall lies. */
  readonly side: Side
  /** How often the frame that was cut was halved. */
  readonly resolutionLevel: number
  /** `identifier:<keyword>` for each attribute by which the file may still identify its patient, and what is odd about it; never a value. */
  readonly warnings: readonly string[]
  /** None for formats other than DICOM. */
  readonly header?: DicomHeader
  /** SHA-256 of the file, hexadecimal. */
  readonly sourceSha256: string
  readonly preprocessHash: string
}

/**
 * Reads a mammogram and gives its breast on black, fitted to the size of the options. `rendering` is what is known of a picture beside
 * its file.
 *
 * @throws DicomError where a DICOM file cannot be read or decoded; PreprocessError `image-unreadable` where a PNG, JPEG, TIFF or PGM cannot,
 * `not-admitted` where it is no mammogram for a network of 2-D images, `invalid-options`
 * @example
 * const { image, method } = await preprocessImage('1459541791.dcm')
 * image.data.length // 524288: 1024 x 512
 */
export async function preprocessImage(
  file: ImageFile,
  options: PreprocessOptions = {},
  rendering?: Rendering,
): Promise<PreprocessedImage> {
  const [made] = preprocessTogether([file], resolvePreprocessOptions(options), {}, undefined, [rendering])
  return made
}

/**
 * The same for several files, a promise for each: all are opened at a low level, the detector sees them as one batch, and each is cut at
 * the level that its box needs. A file that fails changes nothing for the others. `decoding` goes to dicom-io's `decodeFrame`.
 *
 * @param onFrame takes the whole frame that each breast is cut from, which may be halved, and its full size
 * @param renderings what is known of each picture beside its file; a DICOM file needs nothing
 */
export function preprocessTogether(
  files: readonly ImageFile[],
  options: ResolvedPreprocessOptions,
  decoding: DecodeFrameOptions = {},
  onFrame?: (gray: GrayImage, frame: Size) => void,
  renderings: readonly (Rendering | undefined)[] = [],
): Promise<PreprocessedImage>[] {
  const opened = files.map((file, i) => openMammogram(file, options, decoding, renderings[i]))
  const detections = detectInAll(opened, options)
  return opened.map(async (one) => {
    const mammogram = await one
    return cutMammogram(mammogram, (await detections).get(mammogram), options, onFrame)
  })
}

/** A file that was admitted, at a first level. */
interface Mammogram extends ImageSource {
  readonly sourceSha256: string
  readonly level: number
  readonly gray: GrayImage
}

async function openMammogram(
  file: ImageFile,
  options: ResolvedPreprocessOptions,
  decoding: DecodeFrameOptions,
  rendering: Rendering | undefined,
): Promise<Mammogram> {
  const source = await openImage(file, options, decoding, rendering)
  const level = await firstLevel(source.frame, source.levels, options)
  const gray = await source.decode(level)
  const warnings = [...source.warnings, ...admit(pictureFindings(gray, source.frame), options.admission)]
  return { ...source, warnings, sourceSha256: await hashFile(file), level, gray }
}

/** The level that is given, or that the detector needs, or without one the crop. */
async function firstLevel(frame: Size, levels: number, options: ResolvedPreprocessOptions): Promise<number> {
  if (options.resolutionLevel !== 'auto') return levelAtMost(options.resolutionLevel, frame, levels)
  if (!options.detector) return levelForFit(typicalBreast(frame), options, levels)
  const { inputHeight, inputWidth } = await loadDetector(options.detector)
  return levelForFit(frame, { height: inputHeight, width: inputWidth }, levels)
}

/** What the detector found in each file that could be opened, in pixels of its first level. */
async function detectInAll(
  opened: readonly Promise<Mammogram>[],
  { detector }: ResolvedPreprocessOptions,
): Promise<Map<Mammogram, DetectedBreast>> {
  const mammograms = (await Promise.allSettled(opened)).flatMap((one) =>
    one.status === 'fulfilled' ? [one.value] : [],
  )
  if (!detector) return new Map()
  const grays = mammograms.map(({ gray }) => gray)
  const found = await detectBreasts(await loadDetector(detector), grays, detector)
  return new Map(mammograms.map((one, i) => [one, found[i]]))
}

async function cutMammogram(
  { header, frame, stretch, laterality, warnings, sourceSha256, levels, level, gray, decode }: Mammogram,
  found: DetectedBreast | undefined,
  options: ResolvedPreprocessOptions,
  onFrame?: (gray: GrayImage, frame: Size) => void,
): Promise<PreprocessedImage> {
  const { detector: _, admission: _admission, frame: _frame, raster: _raster, ...others } = options
  const { resolutionLevel, mmPerPixel, ...roiOptions } = others
  const box = found && 'box' in found ? boxAtFinerLevel(found.box, level, frame) : typicalBreast(frame)
  const cutLevel = resolutionLevel === 'auto' ? Math.min(level, levelForFit(box, options, levels)) : level
  const fine = cutLevel === level ? gray : await decode(cutLevel)
  onFrame?.(fine, frame)
  const spacing = mmPerPixel === undefined ? undefined : pixelSpacingOf(header)
  const roi = await extractRoi(fine, {
    ...roiOptions,
    ...(mmPerPixel !== undefined &&
      typeof spacing === 'number' && { physicalScale: { pixelSpacingMm: spacing * 2 ** cutLevel, mmPerPixel } }),
    ...(laterality && { laterality }),
    ...(found && { detected: atFinerLevel(found, level - cutLevel, fine) }),
  })
  const placement = placementOf(roi, { level: cutLevel, box: boxAtFinerLevel(roi.box, cutLevel, frame) })
  return {
    image: roi.image,
    method: roi.method,
    reason: roi.reason,
    score: roi.score,
    placement: stretch ? unstretch(placement, stretch) : placement,
    frame: {
      height: Math.round(frame.height / (stretch?.y ?? 1)),
      width: Math.round(frame.width / (stretch?.x ?? 1)),
    },
    warnings: typeof spacing === 'string' ? [...warnings, spacing] : warnings,
    side: roi.side,
    resolutionLevel: cutLevel,
    ...(header && { header }),
    sourceSha256,
    preprocessHash: (await hashText(hashedText(options))).slice(0, 16),
  }
}

function atFinerLevel(found: DetectedBreast, levels: number, frame: Size): DetectedBreast {
  return 'box' in found ? { ...found, box: boxAtFinerLevel(found.box, levels, frame) } : found
}
