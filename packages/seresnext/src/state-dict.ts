import { floatDtypes, type SafetensorsTensor, tensorToFloat32 } from '@mammokit/safetensors'
import * as tf from '@tensorflow/tfjs-core'
import { adaptColorStem, isColorStem } from './color-stem.ts'
import { tfjsShape, toPytorchLayout, toTfjsLayout } from './layout.ts'
import type { Parameter } from './parameters.ts'
import { SeResNeXtError } from './seresnext-error.ts'

/** Tensors by timm's names, in PyTorch's layout: what a safetensors file holds. */
export type StateDict = ReadonlyMap<string, SafetensorsTensor>

/** Options of loading weights. */
export interface LoadOptions {
  /** Missing and unexpected names are an error. @default true */
  readonly strict?: boolean
  /** Leave the last layer (`fc`, `last_linear`) and the exponent of `gem` as they are, whatever the state holds. @default false */
  readonly dropHead?: boolean
}

/** Names that did not fit; empty after a strict load. */
export interface LoadResult {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
}

export function exportState(
  parameters: readonly Parameter[],
  variables: ReadonlyMap<string, tf.Variable>,
): Map<string, SafetensorsTensor> {
  return new Map(
    parameters.map((parameter) => {
      const values = variables.get(parameter.name)?.dataSync() as Float32Array
      return [parameter.name, { dtype: 'F32', shape: [...parameter.shape], data: toPytorchLayout(parameter, values) }]
    }),
  )
}

export function importState(
  parameters: readonly Parameter[],
  variables: ReadonlyMap<string, tf.Variable>,
  state: StateDict,
  { strict = true, dropHead = false }: LoadOptions = {},
): LoadResult {
  const wanted = parameters.filter(({ name }) => !(dropHead && isHead(name)))
  const result = compareNames(wanted, state, dropHead)
  if (strict) assertNames(result)
  // All is read before anything is assigned.
  const values = wanted
    .filter(({ name }) => state.has(name))
    .map((parameter) => ({
      parameter,
      data: read(parameter, state.get(parameter.name) as SafetensorsTensor, parameters[0]),
    }))
  for (const { parameter, data } of values) {
    tf.tidy(() => {
      const value = tf.tensor(toTfjsLayout(parameter, data), tfjsShape(parameter))
      variables.get(parameter.name)?.assign(value)
    })
  }
  return result
}

function isHead(name: string): boolean {
  return /^((fc|last_linear)\.(weight|bias)|global_pool\.p)$/.test(name)
}

/** num_batches_tracked counts batches for a momentum that timm's network does not use. */
function compareNames(wanted: readonly Parameter[], state: StateDict, dropHead: boolean): LoadResult {
  const names = new Set(wanted.map(({ name }) => name))
  return {
    missing: [...names].filter((name) => !state.has(name)),
    unexpected: [...state.keys()].filter(
      (name) => !names.has(name) && !name.endsWith('.num_batches_tracked') && !(dropHead && isHead(name)),
    ),
  }
}

function assertNames({ missing, unexpected }: LoadResult): void {
  if (missing.length === 0 && unexpected.length === 0) return
  const message = `Expected the network's tensor names for state but received ${few('missing', missing)} and ${few('unexpected', unexpected)}. Check that the configuration is the one that was saved, or load with strict: false.`
  throw new SeResNeXtError('state-names', message, { missing, unexpected })
}

function few(what: string, names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length === 0 ? `0 ${what}` : `${names.length} ${what} (${shown}${names.length > 5 ? ', ...' : ''})`
}

function read(parameter: Parameter, tensor: SafetensorsTensor, first: Parameter): Float32Array {
  const { name, shape } = parameter
  if (!floatDtypes.has(tensor.dtype)) {
    const message = `Expected one of ${[...floatDtypes].join(', ')} for ${name} but received ${tensor.dtype}. Save it as a float tensor.`
    throw new SeResNeXtError('state-dtype', message, { name, received: tensor.dtype })
  }
  const data = tensorToFloat32(tensor)
  const fits = tensor.shape.length === shape.length && tensor.shape.every((size, axis) => size === shape[axis])
  const size = tensor.shape.reduce((product, length) => product * length, 1)
  if (fits && data.length === size) return data
  if (data.length === size && parameter === first && isColorStem(shape, tensor.shape))
    return adaptColorStem(data, shape)
  const advice = isHead(name)
    ? 'Give numClasses as it was saved, or load with dropHead: true.'
    : 'Check that the configuration is the one that was saved.'
  const message = `Expected [${shape.join(', ')}] for ${name} but received [${tensor.shape.join(', ')}] with ${data.length} values. ${advice}`
  throw new SeResNeXtError('state-shape', message, { name, expected: shape, received: tensor.shape, size: data.length })
}
