/** What tfjs does behind a trace's back: assigns variables, makes new ones, and draws random numbers. Each function here returns its undoing. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { numbersOf, type Value } from '../graph/graph.ts'
import { type Distribution, recognise } from './random.ts'
import type { TraceBackend } from './trace-backend.ts'
import type { TraceState } from './trace-state.ts'

/** An input that gets other random numbers for each run. */
export interface RandomInput {
  readonly value: Value
  readonly distribution: Distribution
}

/** Makes a backend that is initialised the one that tfjs uses. */
export function switchBackend(name: string): void {
  // Synchronous for backends that are already initialised, whatever its return type says.
  void tf.setBackend(name)
}

function onBackend<Result>(name: string, f: () => Result): Result {
  const before = tf.getBackend()
  switchBackend(name)
  try {
    return f()
  } finally {
    switchBackend(before)
  }
}

/** Catches assignments to variables, and gives variables that are made inside the trace a storage outside of it. */
export function interceptVariables(state: TraceState, outside: string): () => void {
  const engine = tf.engine()
  const prototype = tf.Variable.prototype
  const { assign } = prototype
  const makeVariable = engine.makeVariable
  prototype.assign = function (this: tf.Variable, value: tf.Tensor) {
    state.write(this, value)
  }
  engine.makeVariable = (initial, trainable, name, dtype) => {
    const value = state.valueOf(initial)
    if (value.constant === undefined)
      throw new EngineError(
        'bad-variable',
        `Expected constant numbers for variable ${name ?? ''} that the traced function makes but received a computed tensor. Make the variable before the function is compiled.`,
        { variable: name },
      )
    return onBackend(outside, () => {
      const real = engine.makeTensor(Float32Array.from(numbersOf(value)), initial.shape, initial.dtype)
      const variable = makeVariable.call(engine, real, trainable, name, dtype)
      real.dispose()
      state.add(variable)
      return variable
    })
  }
  return () => {
    prototype.assign = assign
    engine.makeVariable = makeVariable
  }
}

/** Turns tensors that tfjs draws inside the trace into inputs that are drawn again for each run. */
export function interceptRandom(
  state: TraceState,
  backend: TraceBackend,
  outside: string,
  randoms: RandomInput[],
): () => void {
  const { random } = Math
  let seeds: number[] = []
  Math.random = () => {
    const seed = random()
    seeds.push(seed)
    return seed
  }
  backend.onWrite = (numbers, shape, dtype) => {
    if (seeds.length === 0 || dtype !== 'float32') return undefined
    const found = recognise(numbers, seeds, (f) => onBackend(outside, f))
    if (found === undefined) return undefined
    seeds = seeds.filter((seed) => seed !== found.seed)
    const value = state.builder.input(shape, 'float32')
    randoms.push({ value, distribution: found.distribution })
    return value
  }
  state.builder.drawUniform = (count, seed) => {
    const isDrawnAgain = seeds.includes(seed)
    seeds = seeds.filter((used) => used !== seed)
    const numbers = () => tf.tidy(() => tf.randomUniform([count], 0, 1, 'float32', seed).dataSync())
    if (!isDrawnAgain) return state.builder.constant(onBackend(outside, numbers) as Float32Array, [count], 'float32')
    const value = state.builder.input([count], 'float32')
    randoms.push({ value, distribution: { kind: 'uniform', offset: 0, scale: 1 } })
    return value
  }
  return () => {
    Math.random = random
    backend.onWrite = undefined
  }
}
