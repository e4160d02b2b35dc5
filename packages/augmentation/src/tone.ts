/** Window, gamma, brightness and contrast: each value on its own, clipped to 0..1. */
import type { GrayImage } from './gray-image.ts'

/** value ^ exponent; 1 leaves the values as they are. */
export function applyGamma(image: GrayImage, exponent: number): GrayImage {
  const { width, height } = image
  if (exponent === 1) return { data: image.data.slice(), width, height }
  const data = new Float32Array(image.data.length)
  for (let index = 0; index < data.length; index++) {
    const value = image.data[index]!
    if (value > 0) data[index] = value ** exponent // the black background, often half of the image, is free
  }
  return { data, width, height }
}

/** value (1 + contrast) + brightness, clipped; 0 and 0 leave the values as they are. */
export function adjustBrightnessContrast(image: GrayImage, brightness: number, contrast: number): GrayImage {
  const { width, height } = image
  const data = new Float32Array(image.data.length)
  for (let index = 0; index < data.length; index++) {
    const value = image.data[index]! * (1 + contrast) + brightness
    data[index] = Math.min(Math.max(value, 0), 1)
  }
  return { data, width, height }
}

/** A window on the values: `low` becomes 0, `high` 1, linear between, clipped; 0 and 1 leave the values as they are. */
export function applyWindow(image: GrayImage, low: number, high: number): GrayImage {
  const { width, height } = image
  const scale = 1 / (high - low)
  const data = image.data.map((value) => Math.min(Math.max((value - low) * scale, 0), 1))
  return { data, width, height }
}
