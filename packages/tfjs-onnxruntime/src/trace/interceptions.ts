/** Intercepts what tfjs does outside its kernels: assigning variables, creating new ones, and drawing random numbers. Each function returns its undo. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { type ElementType, numbersOf, sameShape, type Value } from '../graph/graph.ts'
import { uniformNumbers } from '../kernels/random.ts'
import { catchGenerator, type Distribution } from './random.ts'
import { elementTypeOf, type TraceBackend } from './trace-backend.ts'
import type { TraceState } from './trace-state.ts'

/** An input that gets new random numbers for each run. */
export interface RandomInput {
  readonly value: Value
  readonly distribution: Distribution
}

/** Switches tfjs to an initialized backend. */
export function switchBackend(name: string): void {
  // Synchronous for backends that are already initialized, whatever its return type says.
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

/** Intercepts assignments to variables, and gives variables created during the trace a storage outside it. */
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
        `Expected constant initial values for variable ${name ?? ''}, which the traced function creates, but received a computed tensor. Create the variable before compiling.`,
        { variable: name },
      )
    return onBackend(outside, () => {
      const real = engine.makeTensor(Float32Array.from(numbersOf(value)), initial.shape, initial.dtype)
      const variable = makeVariable.call(engine, real, trainable, name, dtype)
      real.dispose()
      return variable
    })
  }
  return () => {
    prototype.assign = assign
    engine.makeVariable = makeVariable
  }
}

/** Turns random tensors of the trace into inputs that are redrawn for each run. */
export function interceptRandom(
  state: TraceState,
  backend: TraceBackend,
  outside: string,
  randoms: RandomInput[],
): () => void {
  const { random } = Math
  const { state: engine } = tf.engine()
  /** The inputs that were drawn with each seed: a segment that is computed again draws with the same seeds. */
  const drawnWith = new Map<number, Value[]>()
  let drawn: { readonly scope: number; readonly seed: number; readonly distribution: Distribution } | undefined
  let stopWaiting = (): void => undefined
  Math.random = (...given: readonly number[]) => {
    const { id: scope, name } = engine.activeScope
    if (name === 'rand__op') throw unrepeatable()
    stopWaiting()
    const seed = given[0] ?? random()
    stopWaiting = catchGenerator(name, (distribution) => {
      drawn = { scope, seed, distribution }
    })
    if (!drawnWith.has(seed)) drawnWith.set(seed, [])
    return seed
  }
  const inputFor = (seed: number, shape: readonly number[], dtype: ElementType, distribution: Distribution): Value => {
    const known = drawnWith.get(seed)!
    const same = known.find((value) => value.dtype === dtype && sameShape(value.shape, shape))
    if (same !== undefined) return same
    const value = state.builder.input(shape, dtype)
    known.push(value)
    randoms.push({ value, distribution })
    return value
  }
  backend.onWrite = (numbers, shape, dtype) => {
    if (drawn?.scope !== engine.activeScope.id || numbers.length === 0) return undefined
    return inputFor(drawn.seed, shape, elementTypeOf(dtype), drawn.distribution)
  }
  state.builder.drawUniform = (count, seed) => {
    if (drawnWith.has(seed)) return inputFor(seed, [count], 'float32', { kind: 'uniform', offset: 0, scale: 1 })
    return state.builder.constant(
      onBackend(outside, () => uniformNumbers(count, seed)),
      [count],
      'float32',
    )
  }
  return () => {
    stopWaiting()
    Math.random = random
    backend.onWrite = undefined
  }
}

function unrepeatable(): EngineError {
  return new EngineError(
    'bad-input',
    'Expected a deterministic function for tf.rand but received one that calls Math.random, which a run cannot repeat. ' +
      'Use tf.randomUniform, tf.randomNormal or tf.randomGamma, or draw the numbers outside of the compiled function and pass them as an input.',
  )
}
