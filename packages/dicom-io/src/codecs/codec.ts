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
  /** Whether the decoder has converted the colors to RGB; undefined where it knows of no colors. */
  readonly isRgb?: boolean
}

/** What the header says of a frame, plain enough to be sent to a thread. */
export type FrameShape = Pick<
  DicomHeader,
  'rows' | 'columns' | 'samplesPerPixel' | 'bitsAllocated' | 'bitsStored' | 'photometricInterpretation'
>

/**
 * Decodes one compressed frame.
 *
 * @throws {DicomError} and nothing else.
 */
export type Codec = (bytes: Uint8Array, shape: FrameShape, resolutionLevel: number) => Promise<DecodedFrame>
