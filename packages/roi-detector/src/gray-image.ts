/** The picture that every part of this package takes and gives: one 16-bit channel, row by row. */
import { RoiError } from './roi-error.ts'

/** A gray image; `data` is uint16 [height * width], 0 = black. */
export interface GrayImage {
  readonly data: Uint16Array
  readonly width: number
  readonly height: number
}

/** A rectangle in pixels: the left upper corner and the size; whole numbers. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The side of the frame, as the viewer sees it, on which the chest wall lies. */
export type Side = 'L' | 'R'

/** @throws RoiError `invalid-image` where the sizes are no positive integers or do not fit the data. */
export function checkImage(image: GrayImage): void {
  const { data, width, height } = image
  if (!(data instanceof Uint16Array)) {
    const received = Object.prototype.toString.call(data)
    throw new RoiError(
      'invalid-image',
      `Expected a Uint16Array for image.data but received ${received}. Pass 16-bit samples in row-major order.`,
      {
        received,
      },
    )
  }
  for (const [name, value] of [
    ['width', width],
    ['height', height],
  ] as const) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RoiError(
        'invalid-image',
        `Expected a positive integer for image.${name} but received ${value}. Pass the size in pixels.`,
        {
          received: value,
        },
      )
    }
  }
  if (data.length !== width * height) {
    throw new RoiError(
      'invalid-image',
      `Expected ${width * height} values (${width} x ${height}) in image.data but received ${data.length}. Pass one value per pixel.`,
      { received: data.length },
    )
  }
}
