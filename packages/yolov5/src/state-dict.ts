import * as tf from '@tensorflow/tfjs-core'
import type { Parameter } from './layers.ts'
import { Yolov5Error } from './yolov5-error.ts'

/** A tensor as a safetensors file holds it. */
export interface StateTensor {
  readonly dtype: 'F32'
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Tensors by YOLOv5's names, in PyTorch's layout. */
export type StateDict = ReadonlyMap<string, StateTensor>

/** Names that did not fit; empty after a strict load. */
export interface LoadResult {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
}

export function exportState(
  parameters: readonly Parameter[],
  variables: ReadonlyMap<string, tf.Variable>,
): Map<string, StateTensor> {
  return new Map(
    parameters.map((parameter) => {
      const values = variables.get(parameter.name)?.dataSync() as Float32Array
      const { name, shape } = parameter
      return [name, { dtype: 'F32', shape, data: swapOuter(values, matrixOf(parameter, 'tfjs')) }]
    }),
  )
}

export function importState(
  parameters: readonly Parameter[],
  variables: ReadonlyMap<string, tf.Variable>,
  state: StateDict,
  strict: boolean,
): LoadResult {
  const names = new Set(parameters.map(({ name }) => name))
  const missing = [...names].filter((name) => !state.has(name))
  const unexpected = [...state.keys()].filter((name) => !names.has(name) && !name.endsWith('.num_batches_tracked'))
  if (strict && missing.length + unexpected.length > 0) {
    const message = `Expected the network's tensor names for state but received ${missing.length} missing (${missing.slice(0, 3).join(', ')}) and ${unexpected.length} unexpected (${unexpected.slice(0, 3).join(', ')}). Check the configuration, or load with strict: false.`
    throw new Yolov5Error('state-names', message, { missing, unexpected })
  }
  const given = parameters.filter(({ name }) => state.has(name))
  for (const { name, shape } of given) {
    const received = state.get(name)?.shape ?? []
    if (received.join() === shape.join()) continue
    const message = `Expected [${shape.join(', ')}] for ${name} but received [${received.join(', ')}]. Check the configuration.`
    throw new Yolov5Error('state-shape', message, { name, expected: shape, received })
  }
  for (const parameter of given) {
    const { data } = state.get(parameter.name) as StateTensor
    tf.tidy(() => variables.get(parameter.name)?.assign(tf.tensor(toTfjsLayout(parameter, data), tfjsShape(parameter))))
  }
  return { missing, unexpected }
}

/** The shape in tfjs: a filter [out, in, kh, kw] is [kh, kw, in, out] here. */
export function tfjsShape({ shape }: Parameter): number[] {
  return shape.length === 4 ? [shape[2], shape[3], shape[1], shape[0]] : [...shape]
}

/** Values from PyTorch's order to tfjs's. */
export function toTfjsLayout(parameter: Parameter, values: Float32Array): Float32Array {
  return swapOuter(values, matrixOf(parameter, 'pytorch'))
}

/** A filter is [out, in, area] in PyTorch and [area, in, out] in tfjs. */
function matrixOf({ shape }: Parameter, from: 'pytorch' | 'tfjs'): [number, number, number] {
  const [out, inputs = 1, height = 1, width = 1] = shape
  return from === 'pytorch' ? [out, inputs, height * width] : [height * width, inputs, out]
}

/** [a, b, c] to [c, b, a]. */
function swapOuter(values: Float32Array, [a, b, c]: readonly [number, number, number]): Float32Array {
  const result = new Float32Array(values.length)
  let from = 0
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) result[(k * b + j) * a + i] = values[from++]
    }
  }
  return result
}
