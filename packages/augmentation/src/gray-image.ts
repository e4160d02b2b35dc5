/** One channel, row by row; values 0 (black) to 1 (white). */
export interface GrayImage {
  readonly data: Float32Array
  readonly width: number
  readonly height: number
}
