/** The two computations of a segment: the first is watched, and the second repeats it with the same values, without effects. */
import * as tf from '@tensorflow/tfjs-core'

type Result = tf.Tensor | tf.Tensor[]
type Segment = (...inputs: tf.Tensor[]) => Result

/** A tensor from outside the segment, and a tensor with the value that it had when the segment first read it. */
export interface Source {
  readonly original: tf.Tensor
  readonly value: tf.Tensor
}

export interface FirstPass {
  readonly result: Result
  /** The inputs, then the variables and other tensors that the segment read. */
  readonly sources: readonly Source[]
  /** What Math.random gave, from which tfjs seeds its generators. */
  readonly seeds: readonly number[]
}

/** Runs the segment and notes what it reads. */
export function watchPass(fn: Segment, inputs: readonly tf.Tensor[]): FirstPass {
  const firstOwnId = nextTensorId()
  const sources = new Map<number, Source>(inputs.map((input) => [input.id, { original: input, value: input }]))
  const seeds: number[] = []
  const draw = Math.random
  const result = replacing(
    {
      read(tensor) {
        if (tensor.id >= firstOwnId || sources.has(tensor.id)) return tensor
        sources.set(tensor.id, { original: tensor, value: tf.clone(tensor) })
        return tensor
      },
      random() {
        const seed = draw()
        seeds.push(seed)
        return seed
      },
    },
    () => ownResult(fn(...inputs), firstOwnId),
  )
  return { result, sources: [...sources.values()], seeds }
}

/** Runs the segment again on the values of the sources. Variables that it assigns keep what the first pass gave them. */
export function repeatPass(
  fn: Segment,
  inputs: readonly tf.Tensor[],
  sources: readonly Source[],
  seeds: readonly number[],
): Result {
  const values = new Map(sources.map(({ original, value }) => [original.id, value]))
  const draw = Math.random as (seed: number) => number
  let next = 0
  const firstOwnId = nextTensorId()
  return replacing(
    {
      read: (tensor) => values.get(tensor.id) ?? tensor,
      random() {
        // A trace needs to know of the draw; others ignore the seed.
        const seed = seeds[next++]
        draw(seed)
        return seed
      },
      assign(variable, value) {
        values.set(variable.id, withoutGradient(value))
      },
    },
    () => ownResult(fn(...inputs.map((input) => values.get(input.id)!)), firstOwnId),
  )
}

interface Replacements {
  /** The tensor that a kernel gets in place of one. */
  read(tensor: tf.Tensor): tf.Tensor
  random(): number
  assign?(variable: tf.Variable, value: tf.Tensor): void
}

/** Runs a function while kernels read, generators draw and variables are assigned by other means. */
function replacing<Value>({ read, random, assign }: Replacements, run: () => Value): Value {
  const engine = tf.engine()
  const prototype = tf.Variable.prototype
  const before = { runKernel: engine.runKernel, assign: prototype.assign, random: Math.random }
  let isReading = false
  engine.runKernel = function (this: typeof engine, name, inputs, attrs) {
    if (isReading) return before.runKernel.call(this, name, inputs, attrs)
    isReading = true
    const entries = Object.entries(inputs).map(([key, x]) => [key, x instanceof tf.Tensor ? read(x) : x])
    isReading = false
    return before.runKernel.call(this, name, Object.fromEntries(entries), attrs)
  } as typeof engine.runKernel
  Math.random = random
  if (assign !== undefined)
    prototype.assign = function (this: tf.Variable, value: tf.Tensor) {
      assign(this, value)
    }
  try {
    return run()
  } finally {
    if (Object.hasOwn(engine, 'runKernel') && before.runKernel === Object.getPrototypeOf(engine).runKernel)
      Reflect.deleteProperty(engine, 'runKernel')
    else engine.runKernel = before.runKernel
    prototype.assign = before.assign
    Math.random = before.random
  }
}

/** Tensors that are made from now on have this id or a higher one. */
function nextTensorId(): number {
  return (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId()
}

/** The result in tensors of the segment's own: one from outside cannot be an output of it. */
function ownResult(result: Result, firstOwnId: number): Result {
  const own = (tensor: tf.Tensor): tf.Tensor => (tensor.id >= firstOwnId ? tensor : tf.clone(tensor))
  return Array.isArray(result) ? result.map(own) : own(result)
}

function withoutGradient(x: tf.Tensor): tf.Tensor {
  const { state } = tf.engine()
  state.kernelDepth++
  try {
    return tf.clone(x)
  } finally {
    state.kernelDepth--
  }
}
