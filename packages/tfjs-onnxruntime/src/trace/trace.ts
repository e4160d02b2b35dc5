/**
 * Runs a function once on symbolic tensors and returns the graph of every kernel that tfjs called, including those of its autodiff and optimizers.
 *
 * Variables that the function reads become inputs of the graph, variables that it assigns become outputs. tfjs's
 * values are not changed.
 */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { registerMissingGradients } from '../ops/gradients.ts'
import { checkShape, flattenSpecs, type InputSpec, type InputSpecs } from './input-spec.ts'
import { interceptRandom, interceptVariables, type RandomInput, switchBackend } from './interceptions.ts'
import { registerLowerings } from './register.ts'
import { describe, flatten } from './structure.ts'
import { elementTypeOf, traceBackendName } from './trace-backend.ts'
import { type TraceOptions, TraceState } from './trace-state.ts'

/** A variable and its graph value: before the function for reads, after it for writes. */
export interface VariableValue {
  readonly variable: tf.Variable
  readonly value: Value
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
  /** Number of results of the function; they are the first outputs of the graph, followed by the writes. */
  readonly resultCount: number
  /** The values for `inputs`, in order, from the function's arguments. @throws {EngineError} `bad-input` where their structure is not the specs' */
  match(args: readonly unknown[]): unknown[]
  /** The function's return value, with these in place of its tensors. */
  unflatten(results: readonly unknown[]): unknown
}

/** Traces a function. Restores tfjs's backend and scopes even if the function throws. */
export function trace(fn: (...inputs: never[]) => unknown, specs: InputSpecs, options: TraceOptions): Trace {
  if (typeof fn !== 'function')
    throw new EngineError(
      'bad-input',
      `Expected a function of tensors but received ${describe(fn)}. Wrap a model: (x) => model.apply(x, { training: false }).`,
    )
  const engine = tf.engine()
  // Makes tfjs choose its backend, if none is set, before it is looked up.
  void engine.backend
  const outside = tf.getBackend()
  assertNoTrace()
  registerMissingGradients()
  const backend = registerLowerings((tensor) => state.valueOf(tensor))
  const state = new TraceState(backend, options)
  const randoms: RandomInput[] = []
  const restore = [interceptVariables(state, outside), interceptRandom(state, backend, outside, randoms)]
  backend.begin(state.builder)
  const depth = engine.state.scopeStack.length
  switchBackend(traceBackendName)
  engine.startScope('trace')
  try {
    const { leaves, unflatten: fillIn, match } = flattenSpecs(specs)
    const inputs = leaves.map(({ value: spec, place }) => {
      const value = state.builder.input(checkShape(spec, place), elementTypeOf(spec.dtype ?? 'float32'))
      return { value, spec, place }
    })
    const tensors = inputs.map(({ value }) => engine.makeTensorFromTensorInfo(backend.toTensorInfo(value)))
    const { leaves: returned, unflatten } = flatten(fn(...(fillIn(tensors) as never[])), isTensor, refuseResult)
    const results = returned.map(({ value }) => state.valueOf(value))
    const writes = [...state.writes].map(([variable, value]) => ({ variable, value }))
    const reads = [...state.reads].map(([variable, value]) => ({ variable, value }))
    const graph = state.builder.finish([...results, ...writes.map((write) => write.value)])
    if (graph.outputs.length === 0) throw refuseResult('nothing, and no variable was assigned')
    const kernels = [...backend.kernels]
    return { graph, inputs, reads, writes, randoms, kernels, resultCount: results.length, match, unflatten }
  } finally {
    while (engine.state.scopeStack.length > depth) engine.endScope()
    for (const undo of restore) undo()
    backend.end()
    switchBackend(outside)
  }
}

/** @throws {EngineError} `bad-state` inside of a traced function */
export function assertNoTrace(): void {
  if (tf.getBackend() !== traceBackendName) return
  throw new EngineError(
    'bad-state',
    'Expected no active trace but received a call of compile inside a traced function. Compile outside of it.',
  )
}

function isTensor(item: unknown): item is tf.Tensor {
  return item instanceof tf.Tensor
}

function refuseResult(received: string): EngineError {
  return new EngineError(
    'bad-output',
    `Expected tensors from the traced function but received ${received}. Return tensors, or arrays and objects of tensors, from a synchronous function: a trace has no values to await. Use tf.where for decisions, and compute results whose shape depends on values (tf.whereAsync) outside.`,
  )
}
