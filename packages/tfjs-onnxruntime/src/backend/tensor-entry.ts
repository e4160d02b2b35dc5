/** What the backend knows of a tensor. */
import type { backend_util, DataType } from '@tensorflow/tfjs-core'
import { sizeOf, type Value } from '../graph/graph.ts'
import { allocateStorage, asStorage, type Storage } from '../memory/storage.ts'

/** Content of a tensor: values, or the value of the pending graph that will produce them. */
export interface Entry {
  readonly shape: readonly number[]
  readonly dtype: DataType
  values: backend_util.BackendValues | undefined
  pending: Value | undefined
  /** Settles when the submitted graph has produced the values. */
  computing?: Promise<void>
  refCount: number
  /** Whether another tensor holds the same array: then it must not be written to. */
  isShared: boolean
  /** Whether somebody outside of the backend holds the array too, and may modify it. */
  isHeldOutside?: boolean
  /** The error with which its computation failed; thrown when it is read. */
  failure?: unknown
}

/** Values in the typed array of their dtype; strings and complex numbers unchanged. */
export function stored(values: backend_util.BackendValues, dtype: DataType): backend_util.BackendValues {
  return dtype === 'string' || dtype === 'complex64' ? values : asStorage(values as Float32Array, dtype)
}

/** The values of a tensor, if known; a constant is materialized when it is read. */
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
