/** Networks with weights that matter everywhere, the same on every machine, and images for them. */
import { createSeResNeXt, type SeResNeXtConfig, type StateDict } from '@mammokit/seresnext'

export const exampleModel = {
  layers: [1, 2, 1, 1],
  channels: [8, 16, 16, 32],
  cardinality: 2,
  baseWidth: 16,
  stemType: 'deep',
  stemWidth: 8,
} satisfies Partial<SeResNeXtConfig>

export const exampleImage = { height: 128, width: 96, mean: 0.449, std: 0.226 }

/** Seeded weights; those that begin as 0 or 1 get fractions of their own, since a branch that is scaled by 0 shows nothing. */
export function exampleWeights(config: Partial<SeResNeXtConfig>): StateDict {
  const network = createSeResNeXt(config, { seed: 15, scope: `example-${made++}` })
  const state = network.stateDict()
  network.dispose()
  return new Map(
    [...state].map(([name, tensor]) => {
      const isConstant = tensor.shape.length === 1 && name !== 'global_pool.p'
      const around = name.endsWith('weight') || name.endsWith('running_var') ? 0.6 : -0.2
      const data = isConstant ? (tensor.data as Float32Array).map((_, i) => around + fraction(i) / 2) : tensor.data
      return [name, { ...tensor, data }]
    }),
  )
}

let made = 0

/** Gray values of 16 bits: squares of 16 pixels with a fine pattern on top. */
export const exampleImages = [1, 2].map((image) => ({
  height: exampleImage.height,
  width: exampleImage.width,
  data: Uint16Array.from({ length: exampleImage.height * exampleImage.width }, (_, i) => {
    const [y, x] = [Math.floor(i / exampleImage.width), i % exampleImage.width]
    return 40_000 * fraction(image * 31 + (y >> 4) * 7 + (x >> 4)) + 20_000 * fraction(i * image)
  }),
}))

/** Multiples of 1/101, well mixed. */
function fraction(index: number): number {
  return ((index * 7919 + 17) % 101) / 101
}
