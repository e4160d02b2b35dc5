/** What the backend knows of a tensor. */
import type { backend_util, DataType } from '@tensorflow/tfjs-core'
import { sizeOf, type Value } from '../graph/graph.ts'
import { allocateStorage, asStorage, type Storage } from '../memory/storage.ts'

/** What a tensor holds: numbers, or the value of the pending graph that will give them. */
export interface Entry {
  readonly shape: readonly number[]
  readonly dtype: DataType
  values: backend_util.BackendValues | undefined
  pending: Value | undefined
  /** Settles when the graph that was sent away has given the numbers. */
  computing?: Promise<void>
  refCount: number
  /** Whether another tensor holds the same array: then it must not be written to. */
  isShared: boolean
  /** Why it could not be computed; thrown when somebody reads it. */
  failure?: unknown
}

/** Numbers in the array of their type; strings and complex numbers as they are. */
export function stored(values: backend_util.BackendValues, dtype: DataType): backend_util.BackendValues {
  return dtype === 'string' || dtype === 'complex64' ? values : asStorage(values as Float32Array, dtype)
}

/** The numbers of a tensor, where they are known; what is constant gets them when somebody reads them. */
export function valuesOf(entry: Entry): backend_util.BackendValues | undefined {
  if (entry.pending?.constant !== undefined) entry.values ??= constantStorage(entry.pending)
  return entry.values
}

function constantStorage(value: Value): Storage {
  const { data, splat } = value.constant!
  const storage = allocateStorage(value.dtype, sizeOf(value.shape))
  if (splat) storage.fill(data[0])
  else storage.set(data)
  return storage
}
