/** The numbers of a tf.Variable as ONNX Runtime reads and writes them. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'

export type Storage = Float32Array | Int32Array | Uint8Array

/** The numbers that a variable holds now; the variable's own memory on tfjs's JavaScript backend, a copy on others. */
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

/** Arrays that this package made: what a caller made a tensor of is the caller's, and perhaps that of another variable too. */
const made = new WeakSet<Storage>()

/** Makes an array one that may be changed in place where a variable holds it alone. */
export function claimStorage<Claimed extends Storage>(numbers: Claimed): Claimed {
  made.add(numbers)
  return numbers
}

/** Whether a variable's numbers are its own memory, which no other tensor sees: then they may be changed in place. */
export function ownsStorage(variable: tf.Variable): boolean {
  const info = tf.engine().state.tensorInfo.get(variable.dataId)
  if (info === undefined || info.backend.refCount(variable.dataId) !== 1) return false
  const [once, again] = [variable.dataSync(), variable.dataSync()]
  return once === again && made.has(once as Storage)
}

/** Makes an array of this package the numbers of a variable, and returns the array that it held before, where nobody else holds it. */
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
 * Numbers in the array of their type: tfjs's JavaScript backend keeps those of a cast tensor in that of the type before, and booleans as
 * they came, where ONNX Runtime has 0 and 1 alone.
 */
export function asStorage(numbers: ArrayLike<number>, dtype: string): Storage {
  const storage = allocateStorage(dtype, 0)
  const isOfType = numbers.constructor === storage.constructor
  if (isOfType && (dtype !== 'bool' || (numbers as Storage).every((x) => x <= 1))) return numbers as Storage
  const copy = allocateStorage(dtype, numbers.length)
  copy.set(dtype === 'bool' ? Array.from(numbers, (x) => Number(x !== 0)) : numbers)
  return copy
}

/** An empty array for a type of tfjs. */
export function allocateStorage(dtype: string, size: number): Storage {
  if (dtype === 'float32') return new Float32Array(size)
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size)
}

let closedPort: InstanceType<typeof MessagePort> | undefined

/** Frees an array that fills its buffer now, not when JavaScript next collects garbage: what is sent through a closed port belongs to nobody. */
export function freeStorage({ buffer, byteLength }: Storage): void {
  if (byteLength !== buffer.byteLength) return
  if (closedPort === undefined) {
    closedPort = new MessageChannel().port1
    closedPort.close()
  }
  closedPort.postMessage(null, [buffer as ArrayBuffer])
}
