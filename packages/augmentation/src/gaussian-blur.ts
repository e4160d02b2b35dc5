/** Separable Gaussian blur with OpenCV's kernel and its border (the edge pixel is not repeated: dcb|abcd|cba). */
import { badOption } from './augmentation-error.ts'
import type { GrayImage } from './gray-image.ts'

/**
 * Blurs with a kernel of `kernelSize` pixels; 1 leaves the values as they are.
 *
 * @param sigma standard deviation in pixels; 0 is OpenCV's of the kernel size, 0.3 ((size - 1) / 2 - 1) + 0.8
 * @throws AugmentationError when `kernelSize` is not an odd integer, or `sigma` is below 0.
 */
export function blurGaussian(image: GrayImage, kernelSize: number, sigma = 0): GrayImage {
  if (!(Number.isInteger(kernelSize) && kernelSize % 2 === 1 && kernelSize > 0)) {
    throw badOption('kernelSize', kernelSize, 'an odd integer', 'Use the next odd integer.')
  }
  if (!(sigma >= 0)) throw badOption('sigma', sigma, 'a number of at least 0', '0 is the sigma of the kernel size.')
  const { width, height } = image
  if (kernelSize === 1) return { data: image.data.slice(), width, height }
  const kernel = gaussianKernel(kernelSize, sigma)
  const radius = (kernelSize - 1) / 2
  const horizontal = new Float32Array(image.data.length)
  const columns = reflectedPositions(width, radius)
  const padded = new Float32Array(width + 2 * radius)
  for (let y = 0; y < height; y++) {
    const start = y * width
    for (let x = 0; x < padded.length; x++) padded[x] = image.data[start + columns[x]!]!
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let tap = 0; tap < kernelSize; tap++) sum += kernel[tap]! * padded[x + tap]!
      horizontal[start + x] = sum
    }
  }
  const data = new Float32Array(image.data.length)
  const rows = reflectedPositions(height, radius)
  for (let y = 0; y < height; y++) {
    const start = y * width
    for (let tap = 0; tap < kernelSize; tap++) {
      const weight = kernel[tap]!
      const source = rows[y + tap]! * width
      for (let x = 0; x < width; x++) data[start + x]! += weight * horizontal[source + x]!
    }
  }
  return { data, width, height }
}

function gaussianKernel(size: number, given: number): Float64Array {
  const radius = (size - 1) / 2
  const sigma = given > 0 ? given : 0.3 * (radius - 1) + 0.8
  const kernel = Float64Array.from({ length: size }, (_, tap) => Math.exp(-(((tap - radius) / sigma) ** 2) / 2))
  const sum = kernel.reduce((total, weight) => total + weight, 0)
  return kernel.map((weight) => weight / sum)
}

/** For positions -radius to size - 1 + radius, the pixel that stands there. */
function reflectedPositions(size: number, radius: number): Int32Array {
  const period = Math.max(1, 2 * (size - 1))
  return Int32Array.from({ length: size + 2 * radius }, (_, index) => {
    const position = Math.abs(index - radius) % period
    return position < size ? position : period - position
  })
}
