/** Filters of a color image's stem for images with another number of channels, as timm adapts them (models/_manipulate.py, adapt_input_conv). */

const colors = 3

/** Whether `given` is the shape of a color stem and `wanted` that of another number of channels: both [out, channels, kh, kw]. */
export function isColorStem([out, channels, ...area]: readonly number[], given: readonly number[]): boolean {
  return channels !== colors && given.join() === [out, colors, ...area].join()
}

/** One channel: the sum, since a gray image is a color image with equal channels. More: the colors in turn, scaled to keep the sum. */
export function adaptColorStem(data: Float32Array, [out, channels, height, width]: readonly number[]): Float32Array {
  const area = height * width
  const result = new Float32Array(out * channels * area)
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < area; i++) {
      const at = (color: number) => data[(o * colors + color) * area + i]
      if (channels === 1) result[o * area + i] = at(0) + at(1) + at(2)
      else {
        const scale = colors / channels
        for (let c = 0; c < channels; c++) result[(o * channels + c) * area + i] = at(c % colors) * scale
      }
    }
  }
  return result
}
