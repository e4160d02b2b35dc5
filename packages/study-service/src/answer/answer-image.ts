/** One image: admitted or not, preprocessed, through the network. */
import {
  type ActivationMap,
  clipToBreast,
  drawOverlay,
  type Model,
  mapInFrame,
  wholeImage,
} from '@mammokit/mammogram-classifier/model'
import {
  type GrayImage,
  type Placement,
  PreprocessError,
  type PreprocessedImage,
  preprocessTogether,
  type ResolvedPreprocessOptions,
} from '@mammokit/mammogram-preprocess'
import type { ImageFacts } from '../files/read-facts.ts'
import type { Abstention, ImageResult } from '../result/result-schema.ts'

export interface ImageOptions {
  readonly preprocess: ResolvedPreprocessOptions
  /** Whether 2-D images that were made from slices are admitted. */
  readonly admitsSynthetic: boolean
  /** Takes the whole frame of each image that is admitted, as it was decoded. */
  readonly onFrame?: ((shown: ShownFrame, facts: ImageFacts) => void) | undefined
}

/** A frame as a display would show it. */
export interface ShownFrame {
  /** uint16 [height * width], 0 = black; it may be halved several times. */
  readonly image: GrayImage
  /** Pixels of the whole frame. */
  readonly frame: { readonly height: number; readonly width: number }
}

/** An image that preprocessing made, or why it made none. */
export type PreparedImage = { readonly image: PreprocessedImage } | { readonly abstention: Abstention }

/** @param duplicateOf path of a file with the same image, which is used instead */
export async function prepareImage(
  facts: ImageFacts,
  duplicateOf: string | undefined,
  { preprocess, admitsSynthetic, onFrame }: ImageOptions,
): Promise<PreparedImage> {
  if (duplicateOf !== undefined) return abstain('duplicate', `It is the same image as ${duplicateOf}, which is used.`)
  if (facts.findings.includes('derived:synthetic') && !admitsSynthetic) {
    const reason =
      'Expected an image of one exposure but received one that was made from slices. Set admission.derived to warn to admit it.'
    return abstain('not-admitted', reason, 'derived')
  }
  let image: PreprocessedImage
  try {
    const take = onFrame && ((gray: GrayImage, frame: ShownFrame['frame']) => onFrame({ image: gray, frame }, facts))
    image = await preprocessTogether([facts.blob ?? facts.path], preprocess, {}, take)[0]!
  } catch (error) {
    const { code, message, details } = error as PreprocessError
    if (error instanceof PreprocessError && code === 'not-admitted')
      return abstain(code, message, String(details.check ?? '') || null)
    return abstain('unreadable', message)
  }
  if (image.sourceSha256 !== facts.sha256) return abstain('unreadable', 'The file was changed while it was read.')
  if (facts.laterality !== null) return { image }
  return abstain('laterality-unknown', 'Neither header nor name says which breast it is. Give --laterality L or R.')
}

/** What the network saw, with a heatmap over it. */
export interface Overlay {
  readonly imageId: string
  readonly height: number
  readonly width: number
  /** [height * width * 4], opaque. */
  readonly rgba: Uint8ClampedArray
}

/** Where the network sees something in an image. */
export interface Seen {
  /** Null where the model gives none. */
  readonly map: ActivationMap | null
  /** What the network saw, beside the breast black: uint16 [height * width]. */
  readonly image: GrayImage
  /** How the frame lies in it. */
  readonly placement: Placement
  /** Side of the frame on which the chest wall lies. */
  readonly chestWall: 'L' | 'R'
}

export interface AnswerOptions {
  readonly studyId: string
  /** Takes an overlay and gives the path that the result names; without it no heatmap is computed. */
  readonly writeOverlay?: ((overlay: Overlay, facts: ImageFacts) => Promise<string | null>) | undefined
  /** Takes the map of each image that is answered. */
  readonly onSeen?: ((seen: Seen, facts: ImageFacts) => void) | undefined
}

/** @throws ClassifierError where the network gives no probability */
export async function answerImage(
  facts: ImageFacts,
  prepared: PreparedImage,
  model: Model,
  { studyId, writeOverlay, onSeen }: AnswerOptions,
): Promise<ImageResult> {
  const { path: file, sha256, sopInstanceUid, sopClassUid, laterality, view } = facts
  const { checkpointHash: modelHash, preprocessHash } = model.description
  const imageId = sha256.slice(0, 16)
  const common = {
    imageId,
    file,
    sha256,
    sopInstanceUid,
    sopClassUid,
    laterality,
    view,
    breastId: laterality && breastIdOf(studyId, laterality),
    operatingPoint: null,
    call: null,
    modelHash,
  }
  if ('abstention' in prepared) {
    const { abstention } = prepared
    const warnings = [...facts.warnings, ...facts.findings]
    return { ...common, probability: null, warnings, abstention, preprocessHash, heatmap: null, region: null }
  }
  const { image } = prepared
  const { probability, map } =
    writeOverlay || onSeen
      ? await model.explain(image.image)
      : { probability: await model.classify(image.image), map: null }
  onSeen?.({ map, image: image.image, placement: image.placement, chestWall: chestWallOf(image) }, facts)
  const { height, width } = image.image
  const seen = image.image
  const heat = writeOverlay && map && clipToBreast(mapInFrame(map, wholeImage(seen), seen), seen, seen)
  const overlay = heat && { imageId, height, width, rgba: drawOverlay(seen, heat) }
  return {
    ...common,
    probability,
    warnings: [
      ...facts.warnings,
      ...image.warnings.filter(isAboutImage),
      ...((writeOverlay || onSeen) && map === null ? ['heatmap:none'] : []),
    ],
    abstention: null,
    preprocessHash: image.preprocessHash,
    heatmap: overlay && writeOverlay ? await writeOverlay(overlay, facts) : null,
    region: { method: image.method, reason: image.reason, box: image.placement.box },
  }
}

/** The network's image may be mirrored. */
function chestWallOf({ side, placement }: PreprocessedImage): 'L' | 'R' {
  if (placement.scaleX > 0) return side
  return side === 'L' ? 'R' : 'L'
}

export function breastIdOf(studyId: string, laterality: 'L' | 'R'): string {
  return `${studyId}-${laterality}`
}

/** That a hospital's file names its patient is no news to the hospital; that the picture does, is. */
const isAboutImage = (warning: string): boolean =>
  !warning.startsWith('identifier:') || warning === 'identifier:BurnedInAnnotation'

function abstain(code: Abstention['code'], reason: string, check: string | null = null): PreparedImage {
  return { abstention: { code, check, reason } }
}
