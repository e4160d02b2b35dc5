/** A network with weights that timm has trained. */
import { createModel, type ModelOptions, type SeResNeXt } from '@mammokit/seresnext'
import { foldToGray, type GrayNormalization } from './fold-to-gray.ts'
import type { FetchWeightsOptions } from './hub/fetch-weights.ts'
import { type PretrainedWeights, readPretrained } from './read-pretrained.ts'
import type { WeightsConfig } from './weights-config.ts'
import { parseWeightsName } from './weights-name.ts'

/** Options of `loadPretrained`. */
export interface LoadPretrainedOptions extends FetchWeightsOptions {
  /** Options of the network; its head is trained anew unless `numClasses` is the weights' own. */
  readonly model?: ModelOptions
  /** Of a gray image in one channel. @default the means of the weights' own over the colors */
  readonly gray?: GrayNormalization
}

/** A network with pretrained weights, and how its images are normalized. */
export interface LoadedModel {
  readonly model: SeResNeXt
  readonly weights: PretrainedWeights & { readonly config: WeightsConfig }
  /** How images in 0..1 go to the network, a value for each of its channels. */
  readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] }
}

/**
 * The network that the weights are of, with them, for one gray channel and one logit unless `model` says otherwise.
 *
 * @throws {PretrainedWeightsError} and what `readPretrained` throws; SeResNeXtError for options that the weights do not fit
 * @example
 * const { model, normalization } = await loadPretrained('seresnext50_32x4d.racm_in1k')
 * normalization // { mean: [0.449], std: [0.226] }
 */
export async function loadPretrained(
  name: string,
  { model: modelOptions = {}, gray, ...options }: LoadPretrainedOptions = {},
): Promise<LoadedModel> {
  const { architecture } = parseWeightsName(name)
  const weights = await readPretrained(name, options)
  const config = weights.config as WeightsConfig
  const model = createModel(architecture, modelOptions)
  const { inChannels, numClasses } = model.config
  const target = gray ?? grayNormalization(config)
  const isGray = inChannels === 1
  try {
    const state = isGray ? foldToGray(weights.state, config, target) : weights.state
    model.loadStateDict(state, { dropHead: numClasses !== config.numClasses || model.config.globalPool === 'gem' })
  } catch (error) {
    model.dispose()
    throw error
  }
  const perChannel = (values: readonly number[]) =>
    Array.from({ length: inChannels }, (_, c) => values[c % values.length])
  const normalization = isGray
    ? { mean: [target.mean], std: [target.std] }
    : { mean: perChannel(config.mean), std: perChannel(config.std) }
  return { model, weights: { ...weights, config }, normalization }
}

/** The means over the colors. */
function grayNormalization({ mean, std }: WeightsConfig): GrayNormalization {
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean: average(mean), std: average(std) }
}
