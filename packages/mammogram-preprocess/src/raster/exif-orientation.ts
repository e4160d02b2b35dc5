/** EXIF orientation (tag 0x0112 of the first directory, TIFF 6.0), and samples turned as it says. */
import type { RasterSamples } from './samples.ts'

/** 1 to 8; 1 for anything that is no TIFF structure with an orientation. */
export function orientationOf(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  if (tiff.length < 8) return 1
  const isLittle = view.getUint16(0) === 0x4949
  const start = view.getUint32(4, isLittle)
  if (start + 2 > tiff.length) return 1
  const count = view.getUint16(start, isLittle)
  for (let at = start + 2; at < start + 2 + 12 * count && at + 12 <= tiff.length; at += 12) {
    if (view.getUint16(at, isLittle) !== 0x0112) continue
    const value = view.getUint16(at + 8, isLittle)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** Samples with the first row on top and the first column on the left. */
export function turned(samples: RasterSamples, orientation: number): RasterSamples {
  if (orientation === 1) return samples
  const { data, width, height, channels } = samples
  const isSideways = orientation > 4
  const [outWidth, outHeight] = isSideways ? [height, width] : [width, height]
  const out = data.slice()
  for (let y = 0, to = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++, to += channels) {
      const [u, v] = isSideways ? [y, x] : [x, y]
      // 2, 3, 7 and 8 begin at the right; 3, 4, 6 and 7 at the bottom.
      const column = [2, 3, 7, 8].includes(orientation) ? width - 1 - u : u
      const row = [3, 4, 6, 7].includes(orientation) ? height - 1 - v : v
      const from = (row * width + column) * channels
      for (let channel = 0; channel < channels; channel++) out[to + channel] = data[from + channel]!
    }
  }
  return { ...samples, data: out, width: outWidth, height: outHeight }
}
