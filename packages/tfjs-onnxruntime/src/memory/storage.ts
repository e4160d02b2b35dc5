/** The values of a tf.Variable as ONNX Runtime reads and writes them. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'

export type Storage = Float32Array | Int32Array | Uint8Array

/** The current values of a variable; its own memory on tfjs's JavaScript backend, a copy on others. */
export function readStorage(variable: tf.Variable): Storage {
  assertAlive(variable)
  return asStorage(variable.dataSync(), variable.dtype)
}

/** @throws {EngineError} `disposed` naming the variable */
export function assertAlive(variable: tf.Variable): void {
  if (variable.isDisposed)
    throw new EngineError(
      'disposed',
      `Expected a variable that was not disposed but received ${variable.name}. Compile again without it.`,
      { variable: variable.name },
    )
}

/** Arrays that this package allocated: an array from which a caller created a tensor belongs to the caller, and may back another variable too. */
const made = new WeakSet<Storage>()

/** Marks an array as one that may be modified in place if only one variable holds it. */
export function claimStorage<Claimed extends Storage>(numbers: Claimed): Claimed {
  made.add(numbers)
  return numbers
}

/** Whether a variable's values are in its own memory, shared with no other tensor: then they may be modified in place. */
export function ownsStorage(variable: tf.Variable): boolean {
  const info = tf.engine().state.tensorInfo.get(variable.dataId)
  if (info === undefined || info.backend.refCount(variable.dataId) !== 1) return false
  const [once, again] = [variable.dataSync(), variable.dataSync()]
  return once === again && made.has(once as Storage)
}

/** Sets a variable's values to an array of this package, and returns its previous array if nobody else holds it. */
export function writeStorage(variable: tf.Variable, next: Storage): Storage | undefined {
  const before = readStorage(variable)
  if (before === next) return undefined
  const own = ownsStorage(variable)
  const { dataId, shape, dtype } = variable
  const { backend } = tf.engine().state.tensorInfo.get(dataId)!
  const nextId = {}
  // Not `write`, which may copy.
  backend.move(nextId, claimStorage(next), shape, dtype, 1)
  const tensor = tf.engine().makeTensorFromTensorInfo({ dataId: nextId, shape, dtype }, backend)
  variable.assign(tensor)
  tensor.dispose()
  return own ? before : undefined
}

/**
 * Values in the typed array of their dtype: tfjs's JavaScript backend keeps those of a cast tensor in the array of the previous dtype, and booleans
 * as given, where ONNX Runtime allows only 0 and 1.
 */
export function asStorage(numbers: ArrayLike<number>, dtype: string): Storage {
  if (isOfType(numbers, dtype) && (dtype !== 'bool' || (numbers as Storage).every((x) => x <= 1)))
    return numbers as Storage
  const copy = allocateStorage(dtype, numbers.length)
  copy.set(dtype === 'bool' ? Array.from(numbers, (x) => Number(x !== 0)) : numbers)
  return copy
}

function isOfType(numbers: ArrayLike<number>, dtype: string): boolean {
  if (dtype === 'float32') return numbers.constructor === Float32Array
  return numbers.constructor === (dtype === 'int32' ? Int32Array : Uint8Array)
}

/** An empty array for a type of tfjs. */
export function allocateStorage(dtype: string, size: number): Storage {
  if (dtype === 'float32') return new Float32Array(size)
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size)
}

let closedPort: InstanceType<typeof MessagePort> | undefined

/** Frees an array that spans its buffer immediately instead of at the next garbage collection: a buffer transferred to a closed port is released. */
export function freeStorage({ buffer, byteLength }: Storage): void {
  if (byteLength !== buffer.byteLength) return
  if (closedPort === undefined) {
    closedPort = new MessageChannel().port1
    closedPort.close()
  }
  closedPort.postMessage(null, [buffer as ArrayBuffer])
}
