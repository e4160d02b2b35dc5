/**
 * Elastic deformation: every pixel is looked up a little beside its place, by a smooth random field.
 *
 * Reference: Simard et al., "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis", ICDAR 2003. The field is
 * a coarse grid of random shifts, interpolated by cubic B-splines, whose second derivatives are continuous.
 */
import type { Random } from '@mammokit/seeded-random'
import type { GrayImage } from './gray-image.ts'
import { sampleBilinear } from './warp-affine.ts'

/**
 * Deforms an image; bilinear, black outside.
 *
 * @param shift largest shift of a grid point, pixels
 * @param spacing distance of the grid points, pixels, 4 or more
 */
export function deformElastic(image: GrayImage, shift: number, spacing: number, random: Random): GrayImage {
  const { width, height } = image
  if (shift === 0) return { data: image.data.slice(), width, height }
  const columns = Math.ceil(width / spacing) + 3
  const rows = Math.ceil(height / spacing) + 3
  const shiftsX = Float64Array.from({ length: rows * columns }, () => random.uniform(-shift, shift))
  const shiftsY = Float64Array.from({ length: rows * columns }, () => random.uniform(-shift, shift))
  const across = splineWeights(width, spacing)
  const down = splineWeights(height, spacing)
  const data = new Float32Array(width * height)
  const rowX = new Float64Array(columns)
  const rowY = new Float64Array(columns)
  for (let y = 0; y < height; y++) {
    const top = Math.floor(y / spacing)
    for (let column = 0; column < columns; column++) {
      let [x0, y0] = [0, 0]
      for (let k = 0; k < 4; k++) {
        const at = (top + k) * columns + column
        x0 += down[4 * y + k]! * shiftsX[at]!
        y0 += down[4 * y + k]! * shiftsY[at]!
      }
      rowX[column] = x0
      rowY[column] = y0
    }
    for (let x = 0; x < width; x++) {
      const left = Math.floor(x / spacing)
      let [dx, dy] = [0, 0]
      for (let k = 0; k < 4; k++) {
        const weight = across[4 * x + k]!
        dx += weight * rowX[left + k]!
        dy += weight * rowY[left + k]!
      }
      data[y * width + x] = sampleBilinear(image, x + dx, y + dy)
    }
  }
  return { data, width, height }
}

/** Four weights of the uniform cubic B-spline for each position. */
function splineWeights(size: number, spacing: number): Float64Array {
  const weights = new Float64Array(4 * size)
  for (let x = 0; x < size; x++) {
    const t = (x % spacing) / spacing
    weights[4 * x] = (1 - t) ** 3 / 6
    weights[4 * x + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6
    weights[4 * x + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6
    weights[4 * x + 3] = t ** 3 / 6
  }
  return weights
}
