import type { DicomHeader } from '@mammokit/dicom-io'
import type { GrayImage, Side } from '@mammokit/roi-detector'
import type { Stretch } from '../raster/rendering.ts'
import type { Size } from '../resolution-level.ts'

/** A file that was admitted by what it says of itself, before its pixels are read. */
export interface ImageSource {
  /** Size of the whole frame, pixels. */
  readonly frame: Size
  /** How much wider and higher the frame is than the picture in the file, where its shape was restored. */
  readonly stretch?: Stretch
  /** None for formats other than DICOM. */
  readonly header?: DicomHeader
  readonly laterality?: Side
  /** What is odd about it, for the manifest; complete once it is decoded. */
  readonly warnings: readonly string[]
  /** How often it can be halved while it is decoded. */
  readonly levels: number
  /** The frame as a display would show it, halved `level` times. */
  decode(level: number): Promise<GrayImage>
}
