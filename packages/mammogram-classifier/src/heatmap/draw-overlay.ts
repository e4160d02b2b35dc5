/** A heatmap over the image that it speaks of, as pixels for a canvas or an encoder. */
import { ClassifierError } from '../classifier-error.ts'
import type { FrameSize } from './map-in-frame.ts'
import { openMask } from './open-mask.ts'

/** A gray image under a heatmap. */
export interface OverlayImage extends FrameSize {
  /** Gray values, 0 = black; [height * width]. */
  readonly data: Uint16Array | Uint8Array | Uint8ClampedArray
}

/** Colors and contours of a heatmap on its image. */
export interface OverlayOptions {
  /** Value that has the strongest color: one number for several images makes them comparable. @default the map's highest */
  readonly max?: number
  /** How much of the image the strongest color covers, 0 to 1. @default 0.45 */
  readonly opacity?: number
  /** Shares of `max` at which a line is drawn, 0 to 1; none for no line. @default [0.5] */
  readonly contours?: readonly number[]
}

/** From weak to strong: vermilion to yellow of Okabe and Ito's palette for all kinds of color vision, https://jfly.uni-koeln.de/color/. */
const weak = [213, 94, 0] as const
const strong = [240, 228, 66] as const

/**
 * Lays a heatmap over a gray image, RGBA [height * width * 4]. Only evidence for cancer has a color, the stronger the lighter; a line
 * surrounds what is above half of the strongest, so that nothing rests on color alone; thin spurs are left out of it.
 *
 * @param heat as `mapInFrame` gives it, float32 [height * width]
 * @throws {ClassifierError} `bad-input`
 * @example
 * new ImageData(drawOverlay(image, heat), image.width, image.height)
 */
export function drawOverlay(
  { data, height, width }: OverlayImage,
  heat: Float32Array,
  { max = highest(heat), opacity = 0.45, contours = [0.5] }: OverlayOptions = {},
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = height * width
  if (data.length !== pixels || heat.length !== pixels) {
    throw new ClassifierError(
      'bad-input',
      `Expected ${height} x ${width} values for image and heatmap but received ${data.length} and ${heat.length}.`,
      { height, width, image: data.length, heatmap: heat.length },
    )
  }
  const deep = data instanceof Uint16Array ? 257 : 1
  const overlay = new Uint8ClampedArray(pixels * 4)
  for (let i = 0, at = 0; i < pixels; i++, at += 4) {
    const gray = data[i]! / deep
    overlay[at + 3] = 255
    const share = max > 0 ? Math.min(Math.max(heat[i]! / max, 0), 1) : 0
    if (share === 0) {
      overlay[at] = overlay[at + 1] = overlay[at + 2] = gray
      continue
    }
    const cover = opacity * share
    overlay[at] = gray + (tintOf(share, 0) - gray) * cover
    overlay[at + 1] = gray + (tintOf(share, 1) - gray) * cover
    overlay[at + 2] = gray + (tintOf(share, 2) - gray) * cover
  }
  if (max > 0) for (const contour of contours) drawContour(overlay, heat, { height, width }, contour * max)
  return overlay
}

const tintOf = (share: number, channel: number): number => weak[channel]! + (strong[channel]! - weak[channel]!) * share

/**
 * The colors of `drawOverlay` alone, to be laid over an image of the same frame: RGBA, not premultiplied, its alpha the share of `max`.
 *
 * @example
 * new ImageData(heatLayer(heat), width, height)
 */
export function heatLayer(heat: Float32Array, max: number = highest(heat)): Uint8ClampedArray<ArrayBuffer> {
  const layer = new Uint8ClampedArray(4 * heat.length)
  if (!(max > 0)) return layer
  for (let i = 0; i < heat.length; i++) {
    const share = Math.min(Math.max(heat[i]! / max, 0), 1)
    for (let channel = 0; channel < 3; channel++) layer[4 * i + channel] = tintOf(share, channel)
    layer[4 * i + 3] = 255 * share
  }
  return layer
}

/** As a share of the image's longer side: 13 of 1,024 pixels, where a cell of the map has 32; a row of cells that are barely above a level is a thin band. */
const openingRadius = 1 / 80

/** Pixels at or above the level with a neighbor below it, as wide as the image needs to be seen whole; thin spurs are left out. */
function drawContour(overlay: Uint8ClampedArray, heat: Float32Array, size: FrameSize, level: number): void {
  const longer = Math.max(size.height, size.width)
  const reach = Math.max(1, Math.round(longer / 700))
  const { left, top, height, width } = boxAbove(heat, size, level, reach)
  const above = new Uint8Array(height * width)
  const placeOf = (x: number, y: number) => (top + y) * size.width + left + x
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) above[i] = heat[placeOf(x, y)]! >= level ? 1 : 0
  const mask = openMask(above, { height, width }, Math.round(longer * openingRadius))
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (mask[i] === 0) continue
      const isEdge =
        (x >= reach && mask[i - reach] === 0) ||
        (x + reach < width && mask[i + reach] === 0) ||
        (y >= reach && mask[i - reach * width] === 0) ||
        (y + reach < height && mask[i + reach * width] === 0)
      if (isEdge) overlay.set(strong, 4 * placeOf(x, y))
    }
  }
}

/** Around all that is at or above the level, with a margin where the image goes on: a map's strongest places are few. */
function boxAbove(heat: Float32Array, { height, width }: FrameSize, level: number, margin: number) {
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (heat[i]! < level) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = y + 1
    }
  }
  left = Math.max(0, left - margin)
  top = Math.max(0, top - margin)
  return {
    left,
    top,
    height: Math.max(0, Math.min(height, bottom + margin) - top),
    width: Math.max(0, Math.min(width, right + margin) - left),
  }
}

function highest(heat: Float32Array): number {
  let max = 0
  for (const value of heat) if (value > max) max = value
  return max
}

/**
 * A heatmap as gray values of 8 bits: 255 is `max`, 0 is no evidence for cancer.
 *
 * @example
 * heatMask(Float32Array.of(-1, 0.5, 2)) // Uint8Array [0, 64, 255]
 */
export function heatMask(heat: Float32Array, max: number = highest(heat)): Uint8Array {
  const mask = new Uint8Array(heat.length)
  if (!(max > 0)) return mask
  for (let i = 0; i < heat.length; i++) mask[i] = Math.round(255 * Math.min(Math.max(heat[i]! / max, 0), 1))
  return mask
}
