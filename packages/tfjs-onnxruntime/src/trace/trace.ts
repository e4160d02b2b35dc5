/**
 * Runs a function once on symbolic tensors and returns the graph of every kernel that tfjs called, its autodiff's and its optimisers' included.
 *
 * Variables that the function reads become inputs of the graph, variables that it assigns become outputs. The values
 * that tfjs holds are not touched.
 */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { type Graph, numbersOf, type Value } from '../graph/graph.ts'
import { type InputSpec, type InputSpecs, takeSpecsApart } from './input-spec.ts'
import { type Distribution, recognise } from './random.ts'
import { registerLowerings } from './register.ts'
import { takeApart } from './structure.ts'
import { elementTypeOf, type TraceBackend, traceBackendName } from './trace-backend.ts'
import { type TraceOptions, TraceState } from './trace-state.ts'

/** A variable and the value that stands for it: before the function for reads, after it for writes. */
export interface VariableValue {
  readonly variable: tf.Variable
  readonly value: Value
}

/** An input that gets other random numbers for each run. */
export interface RandomInput {
  readonly value: Value
  readonly distribution: Distribution
}

/** One tensor that the function takes, and where it is among the function's parameters: `0`, `1.weights`. */
export interface TracedInput {
  readonly value: Value
  readonly spec: InputSpec
  readonly place: string
}

export interface Trace {
  readonly graph: Graph
  readonly inputs: readonly TracedInput[]
  readonly reads: readonly VariableValue[]
  readonly writes: readonly VariableValue[]
  readonly randoms: readonly RandomInput[]
  /** Names of tfjs's kernels in the function. */
  readonly kernels: readonly string[]
  /** How many results the function returned; they are the first outputs of the graph, then come the writes. */
  readonly resultCount: number
  /** The values for `inputs`, in order, from the function's arguments. @throws {EngineError} `bad-input` where their structure is not the specs' */
  match(args: readonly unknown[]): unknown[]
  /** What the function returned, with these in the places of its tensors. */
  rebuild(results: readonly unknown[]): unknown
}

/** Traces a function. Restores tfjs's backend and its scopes also where the function throws. */
export function trace(fn: (...inputs: never[]) => unknown, specs: InputSpecs, options: TraceOptions): Trace {
  const engine = tf.engine()
  // Makes tfjs choose its backend, where nobody has, before it is looked up.
  void engine.backend
  const outside = tf.getBackend()
  if (outside === traceBackendName)
    throw new EngineError(
      'bad-state',
      'Expected no trace to be going on but received a call of compile inside a traced function. Compile outside of it.',
    )
  const backend = registerLowerings((tensor) => state.valueOf(tensor))
  const state = new TraceState(backend, options)
  const randoms: RandomInput[] = []
  const restore = [interceptVariables(state, outside), interceptRandom(state, backend, outside, randoms)]
  backend.begin(state.builder)
  const depth = engine.state.scopeStack.length
  switchBackend(traceBackendName)
  engine.startScope('trace')
  try {
    const { leaves, rebuild: fillIn, match } = takeSpecsApart(specs)
    const inputs = leaves.map(({ value: spec, place }) => {
      const value = state.builder.input(spec.shape, elementTypeOf(spec.dtype ?? 'float32'))
      return { value, spec, place }
    })
    const tensors = inputs.map(({ value }) => engine.makeTensorFromTensorInfo(backend.toTensorInfo(value)))
    const { leaves: returned, rebuild } = takeApart(fn(...(fillIn(tensors) as never[])), isTensor, refuseResult)
    const results = returned.map(({ value }) => state.valueOf(value))
    const writes = [...state.writes].map(([variable, value]) => ({ variable, value }))
    const reads = [...state.reads].map(([variable, value]) => ({ variable, value }))
    const graph = state.builder.finish([...results, ...writes.map((write) => write.value)])
    const kernels = [...backend.kernels]
    return { graph, inputs, reads, writes, randoms, kernels, resultCount: results.length, match, rebuild }
  } finally {
    while (engine.state.scopeStack.length > depth) engine.endScope()
    for (const undo of restore) undo()
    backend.end()
    switchBackend(outside)
  }
}

function isTensor(item: unknown): item is tf.Tensor {
  return item instanceof tf.Tensor
}

function refuseResult(received: string): EngineError {
  return new EngineError(
    'bad-output',
    `Expected tensors from the traced function but received ${received}. Return tensors, or arrays and objects of tensors, from a synchronous function: a trace has no values to wait for, and decisions on them are tf.where.`,
  )
}

function switchBackend(name: string): void {
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
function interceptVariables(state: TraceState, outside: string): () => void {
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
function interceptRandom(
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
