/** Values of variables that stay on the device between runs. */
import type * as tf from '@tensorflow/tfjs-core'
import type * as ort from 'onnxruntime-common'
import { readStorage, type Storage, writeStorage } from './storage.ts'

interface Resident {
  readonly tensor: ort.Tensor
  /** The numbers that tfjs held when the value came to be on the device: others mean that somebody assigned the variable. */
  readonly basis: Storage
}

/** Shared by all executables, so that a step and an evaluation see the same values. */
const residents = new WeakMap<tf.Variable, Resident>()

/** The value of a variable on the device, where it is the newest. */
export function residentOf(variable: tf.Variable): ort.Tensor | undefined {
  const resident = residents.get(variable)
  if (resident === undefined) return undefined
  if (readStorage(variable) === resident.basis) return resident.tensor
  dropResident(variable)
  return undefined
}

/** Makes a tensor on the device the value of a variable. */
export function keepResident(variable: tf.Variable, tensor: ort.Tensor): void {
  const basis = readStorage(variable)
  dropResident(variable)
  residents.set(variable, { tensor, basis })
}

/** Makes numbers that were copied from the device those that tfjs holds; the value stays on the device. */
export function storeResident(variable: tf.Variable, numbers: Storage): void {
  const resident = residents.get(variable)
  writeStorage(variable, numbers)
  if (resident !== undefined) residents.set(variable, { tensor: resident.tensor, basis: readStorage(variable) })
}

/** Frees the device's memory of a variable. */
export function dropResident(variable: tf.Variable): void {
  residents.get(variable)?.tensor.dispose()
  residents.delete(variable)
}
