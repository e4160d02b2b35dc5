/** The network as a tfjs LayersModel: summary, fit, save, getLayer and new heads, with timm's names for the layers. */
import { serialization } from '@tensorflow/tfjs-core'
import { input, type LayersModel, layers, model as modelOf, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import { resolveConfig, type SeResNeXtConfig } from '../config.ts'
import { buildBlock, buildStem, buildStemPool, type NetworkBuilder, namesOf, planBlocks } from '../network.ts'
import type { SeResNeXtOps } from '../ops.ts'
import { createSeResNeXt } from '../seresnext.ts'
import { type ModelName, type ModelOptions, modelConfig } from '../variants.ts'
import { GroupedConv2D } from './grouped-conv2d.ts'
import { loadLayersState } from './layers-state.ts'
import { AveragePlaces2D, HighestMean2D, LocalContrast2D } from './places.ts'
import { BlurPool2D, DropPath, GlobalGeneralizedMean2D, MaxPool3x3 } from './pools.ts'
import { RunningBatchNorm } from './running-batch-norm.ts'
import { SqueezeExcite } from './squeeze-excite.ts'

/** Options of the network as a LayersModel. */
export interface LayersModelOptions extends Omit<ModelOptions, 'scope'> {
  /** Height of the images, for the summary. @default any */
  readonly height?: number
  /** Width of the images, for the summary. @default any */
  readonly width?: number
}

const custom = [
  GroupedConv2D,
  RunningBatchNorm,
  SqueezeExcite,
  MaxPool3x3,
  BlurPool2D,
  GlobalGeneralizedMean2D,
  HighestMean2D,
  AveragePlaces2D,
  LocalContrast2D,
  DropPath,
]

/** Makes the layers known to tfjs's loadLayersModel; `createLayersModel` does it by itself. */
export function registerLayers(): void {
  for (const layer of custom) {
    if (!(layer.className in serialization.SerializationMap.getMap().classNameMap)) {
      serialization.registerClass(layer as unknown as serialization.SerializableConstructor<serialization.Serializable>)
    }
  }
}

/**
 * A named network, or one of another configuration, as a LayersModel with the weights that `createModel` draws for the seed.
 *
 * @throws {SeResNeXtError} for a configuration that makes no network
 * @example
 * const model = createLayersModel('seresnext26d_32x4d', { numClasses: 2 })
 * const features = model.getLayer('layer4.1.act3').output
 */
export function createLayersModel(
  name: ModelName,
  { seed = 0, ops = {}, height, width, ...options }: LayersModelOptions = {},
): LayersModel {
  registerLayers()
  const config = resolveConfig({ ...modelConfig(name), ...options })
  const builder = layersBuilder(config, ops)
  const images = input({ shape: [height ?? null, width ?? null, config.inChannels], name: 'images' })
  const stem = buildStemPool(builder, config, buildStem(builder, config, images))
  const features = planBlocks(config).reduce((y, block) => buildBlock(builder, config, block, y), stem)
  const network = modelOf({ inputs: images, outputs: head(config, features), name })
  // The weights of a seed are drawn in one place.
  const drawn = createSeResNeXt(config, { seed, scope: `layers-${name}-${made++}` })
  loadLayersState(network, drawn.stateDict())
  drawn.dispose()
  return network
}

let made = 0

function layersBuilder(config: SeResNeXtConfig, ops: Partial<SeResNeXtOps>): NetworkBuilder<SymbolicTensor> {
  const on = (layer: layers.Layer, x: SymbolicTensor | SymbolicTensor[]) => layer.apply(x) as SymbolicTensor
  const { batchNormEpsilon: epsilon, batchNormMomentum: momentum } = config
  return {
    normalizeInput: (name, x, options) => on(new LocalContrast2D({ name, ...options }), x),
    convolution: (name, x, { outChannels, size, stride, groups }) =>
      on(new GroupedConv2D({ name, ops, filters: outChannels, kernelSize: size, strides: stride, groups }), x),
    batchNorm: (name, x) => on(new RunningBatchNorm({ name, ops, epsilon, momentum }), x),
    relu: (name, x) => on(layers.reLU({ name }), x),
    squeezeExcite: (name, x, _, squeezed) => on(new SqueezeExcite({ name, squeezed }), x),
    maxPool: (name, x, strides, ceil) => on(new MaxPool3x3({ name, ops, strides, ceil }), x),
    averagePool: (name, x, ceil) =>
      on(layers.averagePooling2d({ name, poolSize: 2, strides: 2, padding: ceil ? 'same' : 'valid' }), x),
    blurPool: (name, x) => on(new BlurPool2D({ name }), x),
    dropPath: (name, x, rate) => on(new DropPath({ name, rate }), x),
    add: (name, x, shortcut) => on(layers.add({ name }), [x, shortcut]),
  }
}

function head(config: SeResNeXtConfig, features: SymbolicTensor): SymbolicTensor {
  const name = 'global_pool'
  const { globalPool, dropRate, numClasses } = config
  const classify = (x: SymbolicTensor) => {
    const dropped = dropRate > 0 ? (layers.dropout({ name: 'dropout', rate: dropRate }).apply(x) as SymbolicTensor) : x
    return layers.dense({ name: namesOf(config).head, units: numClasses }).apply(dropped) as SymbolicTensor
  }
  if (typeof globalPool !== 'string') {
    // The last layer is linear: the mean of the places' logits is the logit of their mean.
    const places = new AveragePlaces2D({ name: 'places', window: globalPool.window }).apply(features) as SymbolicTensor
    return new HighestMean2D({ name, places: globalPool.places }).apply(classify(places)) as SymbolicTensor
  }
  const pools = {
    avg: () => layers.globalAveragePooling2d({ name, dataFormat: 'channelsLast' }),
    max: () => layers.globalMaxPooling2d({ name, dataFormat: 'channelsLast' }),
    gem: () => new GlobalGeneralizedMean2D({ name }),
  }
  return classify(pools[globalPool]().apply(features) as SymbolicTensor)
}
