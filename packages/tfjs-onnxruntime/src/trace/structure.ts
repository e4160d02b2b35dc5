/** Nested structures of arrays and plain objects with tensors in them. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'

/** Where the n-th tensor goes in a structure. */
class Place {
  readonly index: number

  constructor(index: number) {
    this.index = index
  }
}

/** A structure without its tensors. */
export interface Structure {
  readonly tensors: readonly tf.Tensor[]
  /** The structure with these in the places of its tensors, in the same order. */
  rebuild(values: readonly unknown[]): unknown
}

/** Takes a structure apart. @throws {EngineError} `bad-output` where it holds something else than tensors */
export function takeApart(container: unknown): Structure {
  const tensors: tf.Tensor[] = []
  const places = replaceTensors(container, (tensor) => new Place(tensors.push(tensor) - 1))
  return { tensors, rebuild: (values) => fillPlaces(places, values) }
}

function replaceTensors(container: unknown, f: (tensor: tf.Tensor) => Place): unknown {
  if (container instanceof tf.Tensor) return f(container)
  if (Array.isArray(container)) return container.map((item) => replaceTensors(item, f))
  if (container !== null && typeof container === 'object' && !(container instanceof Promise))
    return Object.fromEntries(Object.entries(container).map(([key, item]) => [key, replaceTensors(item, f)]))
  if (container === undefined || container === null) return container
  const received = container instanceof Promise ? 'a promise' : `${typeof container} ${String(container)}`
  throw new EngineError(
    'bad-output',
    `Expected tensors from the traced function but received ${received}. Return tensors, or arrays and objects of tensors, from a synchronous function.`,
  )
}

function fillPlaces(container: unknown, values: readonly unknown[]): unknown {
  if (container instanceof Place) return values[container.index]
  if (Array.isArray(container)) return container.map((item) => fillPlaces(item, values))
  if (container !== null && typeof container === 'object')
    return Object.fromEntries(Object.entries(container).map(([key, item]) => [key, fillPlaces(item, values)]))
  return container
}
