/** A decoded picture before anything is made of its values. */
export interface RasterSamples {
  /** Row by row, the channels of a pixel side by side. */
  readonly data: Uint8Array | Uint16Array
  readonly width: number
  readonly height: number
  /** 1 gray, 2 gray and alpha, 3 colors, 4 colors and alpha. */
  readonly channels: number
  /** The value of white that the file gives; where it only gives the size of a sample, that sample's largest value. */
  readonly white: number
}

/** Samples of one picture, all its channels counted: as many as dicom-io takes. */
export const maxSamples = 64 * 2 ** 20

/** Bytes of a file, as many as dicom-io takes of one that is read whole. */
export const maxFileBytes = 512 * 2 ** 20
