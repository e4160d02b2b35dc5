/** From attenuation to the presentation image: tone curve, quantum noise, the side of the body, 16 bit. */

import { createRandom } from '@mammokit/seeded-random'
import type { Layer } from './layer.ts'
import type { ImagePlan } from './patient-plan.ts'
import { exp } from './portable-math.ts'
import { drawProcessing, processImage } from './processing.ts'
import { lookUp } from './tissue.ts'

export interface GrayImage {
  /** uint16 [height, width], 0 = black, 65535 = white. */
  readonly data: Uint16Array
  readonly width: number
  readonly height: number
}

const NOISE_SIZE = 1 << 14
let noiseTable: Float32Array | undefined

/** From attenuation to gray, in the look of the plan. */
export function developFilm(layer: Layer, plan: ImagePlan, ends: Int32Array): GrayImage {
  return plan.look === 'lifelike' ? developLifelike(layer, plan, ends) : developPlain(layer, plan, ends)
}

/** Film: the tone curve's shoulder, quantum noise that grows with density, mirroring to the breast's side, 16 bit. */
function developPlain(layer: Layer, plan: ImagePlan, ends: Int32Array): GrayImage {
  const { data, width, height, pitch } = layer
  const random = createRandom(plan.imageKey, 'film')
  noiseTable ??= createNoiseTable()
  const gain = random.uniform(0.94, 1.06)
  const air = plan.machine.air * random.uniform(0.7, 1.3)
  const grain = 0.0024 + 0.0014 / pitch
  const tone = toneCurve()
  const flip = plan.laterality === 'R'
  const image = new Uint16Array(width * height)
  for (let row = 0; row < height; row++) {
    const end = ends[row]
    for (let column = 0; column < width; column++) {
      const index = row * width + column
      let value = air
      if (column < end) {
        value = lookUp(tone, data[index] * gain * 256)
        if (value < air) value = air
      } else if (air === 0) continue
      value += grain * (0.35 + value) * noiseTable[random.bits() & (NOISE_SIZE - 1)]
      const target = flip ? row * width + width - 1 - column : index
      image[target] = value <= 0 ? 0 : value >= 1 ? 65535 : value * 65535
    }
  }
  return { data: image, width, height }
}

/** Quantum noise that grows with density, the machine's processing, mirroring to the breast's side, 16 bit. */
function developLifelike(layer: Layer, plan: ImagePlan, ends: Int32Array): GrayImage {
  const { data, width, height, pitch } = layer
  const random = createRandom(plan.imageKey, 'film')
  noiseTable ??= createNoiseTable()
  const exposure = random.uniform(0.94, 1.06)
  const air = plan.machine.air * random.uniform(0.7, 1.3)
  const styles = createRandom(plan.seed, 'processing', plan.patient)
  const processing = drawProcessing(styles.pick(plan.machine.styles, (style) => style.share).name, styles)
  const usualGrain = 0.0024 + 0.0014 / pitch
  const grain = usualGrain * processing.noise
  for (let row = 0; row < height; row++) {
    const end = ends[row]
    const start = row * width
    for (let index = start; index < start + end; index++) {
      const value = data[index] * exposure
      data[index] = value + grain * (0.35 + value) * noiseTable[random.bits() & (NOISE_SIZE - 1)]
    }
    data.fill(0, start + end, start + width)
  }
  processImage(data, width, ends, pitch, processing)
  const flip = plan.laterality === 'R'
  const image = new Uint16Array(width * height)
  for (let row = 0; row < height; row++) {
    const end = air > 0 ? width : ends[row]
    for (let column = 0; column < end; column++) {
      const index = row * width + column
      let value = data[index]
      if (column >= ends[row]) value = air + 0.35 * usualGrain * noiseTable[random.bits() & (NOISE_SIZE - 1)]
      else if (value < 2.5 * air) value = 2.5 * air
      const target = flip ? row * width + width - 1 - column : index
      image[target] = value <= 0 ? 0 : value >= 1 ? 65535 : value * 65535
    }
  }
  return { data: image, width, height }
}

function createNoiseTable(): Float32Array {
  const random = createRandom(0, 'film', 'noise')
  return Float32Array.from({ length: NOISE_SIZE }, () => random.normal())
}

/** Linear up to 0.7, then a shoulder toward white; tabulated in steps of 1/256. */
function toneCurve(): Float32Array {
  const knee = 0.7
  return Float32Array.from({ length: 513 }, (_, i) => {
    const value = i / 256
    return value < knee ? value : knee + (1 - knee) * (1 - exp(-(value - knee) / (1 - knee)))
  })
}
