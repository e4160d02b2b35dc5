/** A small convolutional classifier with one step of gradient descent, the same numbers for each library that takes it. */

export const batch = 32
export const size = 28
export const classes = 10
export const learningRate = 0.05

export const imageData = waves([batch, 1, size, size], 1, 1)

/** Filters [outputs, inputs, height, width]: two of 5 x 5 with a pooling behind each, and one that makes the logits. */
export const filterShapes = [
  [8, 1, 5, 5],
  [16, 8, 5, 5],
  [classes, 16, 4, 4],
] as const

export const filterData = filterShapes.map((shape, i) => waves(shape, i + 2, 0.1))

/** The class of each image. */
export const labels = Int32Array.from({ length: batch }, (_, i) => i % classes)

/** Losses of the first steps, which every library must have. */
export const checkedSteps = 5

/** @throws Error if losses are others than expected, by more than float32 explains */
export function assertSameLosses(name: string, losses: readonly number[], expected: readonly number[]): void {
  const worst = losses.reduce((max, loss, i) => Math.max(max, Math.abs(loss - expected[i]!)), 0)
  if (!(worst < 1e-4))
    throw new Error(`Expected the losses ${expected.join(' ')} of ${name} but received ${losses.join(' ')}.`)
}

function waves(shape: readonly number[], phase: number, scale: number): Float32Array {
  const length = shape.reduce((product, side) => product * side, 1)
  return Float32Array.from({ length }, (_, i) => scale * Math.sin(0.37 * i + phase))
}
