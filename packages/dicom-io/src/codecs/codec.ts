/** What every frame decoder takes and gives. */
import type { DicomHeader } from '../header/dicom-header.ts'

/** Samples as the codestream holds them: not yet masked, sign-extended or converted to RGB. */
export interface DecodedFrame {
  /** Pixel by pixel, components interleaved; two's complement in an unsigned array is allowed. */
  readonly samples: Uint8Array | Uint16Array | Uint32Array
  readonly width: number
  readonly height: number
  readonly components: number
  /** Bits of a sample according to the codestream; Bits Stored where it does not say. */
  readonly precision: number
  /** Whether the codestream declares its samples signed; undefined where it does not say. */
  readonly signed?: boolean
  readonly resolutionLevel: number
  /** Whether these are the samples of the region that was asked for, and not all. */
  readonly isRegion?: boolean
  /** Whether the decoder has converted the colors to RGB; undefined where it knows of no colors. */
  readonly isRgb?: boolean
}

/** What the header says of a frame, plain enough to be sent to a thread. */
export type FrameShape = Pick<
  DicomHeader,
  'rows' | 'columns' | 'samplesPerPixel' | 'bitsAllocated' | 'bitsStored' | 'photometricInterpretation'
>

/** A part of a frame in pixels of the resolution that is decoded: left and upper edges are inside, right and lower ones are not. */
export interface FrameArea {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/**
 * Decodes one compressed frame, or only `region` of it where the decoder can.
 *
 * @throws {DicomError} and nothing else.
 */
export type Codec = (
  bytes: Uint8Array,
  shape: FrameShape,
  resolutionLevel: number,
  region?: FrameArea,
) => Promise<DecodedFrame>
