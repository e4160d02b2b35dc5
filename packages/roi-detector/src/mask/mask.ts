/** A binary picture: 1 inside, 0 outside; uint8 [height * width]. */
export interface Mask {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}
