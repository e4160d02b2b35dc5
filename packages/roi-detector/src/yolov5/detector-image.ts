/** An image of one or three interleaved channels; 8 bit spans 0 to 255, 16 bit 0 to 65,535. */
export interface DetectorImage {
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array
  readonly width: number
  readonly height: number
  /** @default 1 */
  readonly channels?: 1 | 3
}
