/** Weights for color images, made weights for gray ones of another normalization. */
import { type SafetensorsTensor, tensorToFloat32 } from '@mammokit/safetensors'
import type { StateDict } from '@mammokit/seresnext'
import type { WeightsConfig } from './weights-config.ts'

/** Gray in 0..1 goes to the network less `mean`, divided by `std`. */
export interface GrayNormalization {
  readonly mean: number
  readonly std: number
}

const colors = 3

/**
 * The same network for a gray image in one channel: where the color network gets gray g as (g - mean[c]) / std[c] in each channel c,
 * this one gets (g - mean) / std. The filters are summed with the ratios of the deviations, and what the means differ in,
 * the same for every pixel but at the border, goes into the running mean of the normalization that follows.
 *
 * @example
 * foldToGray(state, config, { mean: 0.449, std: 0.226 }).get('conv1.weight')?.shape // [64, 1, 7, 7]
 */
export function foldToGray(
  state: StateDict,
  { firstConv, mean, std }: Pick<WeightsConfig, 'firstConv' | 'mean' | 'std'>,
  gray: GrayNormalization,
): StateDict {
  const name = `${firstConv}.weight`
  const color = state.get(name)
  if (color === undefined || color.shape[1] !== colors) return state
  const [out, , height, width] = color.shape
  const area = height * width
  const filters = tensorToFloat32(color)
  const folded = new Float32Array(out * area)
  const shift = new Float64Array(out)
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < area; i++) {
      let sum = 0
      for (let c = 0; c < colors; c++) {
        const weight = filters[(o * colors + c) * area + i] / std[c]
        sum += weight * gray.std
        shift[o] += weight * (gray.mean - mean[c])
      }
      folded[o * area + i] = sum
    }
  }
  const meanName = `${normAfter(firstConv)}.running_mean`
  return new Map([
    ...state,
    [name, { dtype: 'F32', shape: [out, 1, height, width], data: folded } satisfies SafetensorsTensor],
    ...shifted(meanName, state.get(meanName), shift),
  ])
}

/** The normalization that follows the first convolution: of `conv1` it is `bn1`, of `layer0.conv1` `layer0.bn1`, of `conv1.0` `conv1.1`. */
function normAfter(firstConv: string): string {
  return firstConv.endsWith('.0') ? firstConv.replace(/0$/, '1') : firstConv.replace(/conv1$/, 'bn1')
}

function shifted(
  name: string,
  tensor: SafetensorsTensor | undefined,
  shift: Float64Array,
): [string, SafetensorsTensor][] {
  if (tensor === undefined) return []
  const data = tensorToFloat32(tensor).map((value, channel) => value - shift[channel])
  return [[name, { dtype: 'F32', shape: [...tensor.shape], data }]]
}
