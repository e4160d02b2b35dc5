/** State dictionaries in and out of a LayersModel: a layer's name and its weight's together are timm's. */
import { type SafetensorsTensor, tensorToFloat32 } from '@mammokit/safetensors'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { tfjsShape, toPytorchLayout, toTfjsLayout } from '../layout.ts'
import type { Parameter } from '../parameters.ts'
import { SeResNeXtError } from '../seresnext-error.ts'
import type { LoadResult, StateDict } from '../state-dict.ts'

interface NamedWeight {
  /** The shape is PyTorch's. */
  readonly parameter: Parameter
  readonly variable: ReturnType<LayersModel['getLayer']>['weights'][number]
}

/** Copies of all weights by timm's names, in PyTorch's layout; layers of one's own are called as they are. */
export function layersState(model: LayersModel): Map<string, SafetensorsTensor> {
  return new Map(
    listWeights(model).map(({ parameter, variable }) => {
      const data = toPytorchLayout(parameter, variable.read().dataSync<'float32'>())
      return [parameter.name, { dtype: 'F32', shape: [...parameter.shape], data }]
    }),
  )
}

/**
 * Replaces the weights whose names and shapes the state has, and returns the names that one side alone has: a new head is missing.
 *
 * @throws {SeResNeXtError} `state-shape`, before anything is changed
 */
export function loadLayersState(model: LayersModel, state: StateDict): LoadResult {
  const weights = listWeights(model)
  const found = weights.filter(({ parameter }) => state.has(parameter.name))
  const values = found.map(({ parameter, variable }) => {
    const tensor = state.get(parameter.name) as SafetensorsTensor
    if (tensor.shape.join() !== parameter.shape.join()) throw differentShape(parameter, tensor)
    return { parameter, variable, data: tensorToFloat32(tensor) }
  })
  for (const { parameter, variable, data } of values) {
    tf.tidy(() => void variable.write(tf.tensor(toTfjsLayout(parameter, data), tfjsShape(parameter))))
  }
  const names = new Set(weights.map(({ parameter }) => parameter.name))
  return {
    missing: [...names].filter((name) => !state.has(name)),
    unexpected: [...state.keys()].filter((name) => !names.has(name) && !name.endsWith('.num_batches_tracked')),
  }
}

function listWeights(model: LayersModel): NamedWeight[] {
  return model.layers.flatMap((layer) =>
    layer.weights.map((variable) => {
      const own = variable.originalName.split('/').at(-1) as string
      const name = `${layer.name}.${own === 'kernel' ? 'weight' : own}`
      const shape = variable.shape as number[]
      return { parameter: asParameter(name, shape), variable }
    }),
  )
}

/** Filters [kh, kw, in, out] and matrices [in, out] are turned around in PyTorch. */
function asParameter(name: string, shape: readonly number[]): Parameter {
  if (shape.length === 4) return { name, kind: 'convolution', shape: [shape[3], shape[2], shape[0], shape[1]] }
  return shape.length === 2 ? { name, kind: 'linear', shape: [shape[1], shape[0]] } : { name, kind: 'offset', shape }
}

function differentShape({ name, shape }: Parameter, tensor: SafetensorsTensor): SeResNeXtError {
  const message = `Expected [${shape.join(', ')}] for ${name} but received [${tensor.shape.join(', ')}]. Give the layer another name to train it anew.`
  return new SeResNeXtError('state-shape', message, { name, expected: shape, received: tensor.shape })
}
