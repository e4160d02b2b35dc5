/**
 * Runs a function once on symbolic tensors and returns the graph of every kernel that tfjs called, its autodiff's and its optimisers' included.
 *
 * Variables that the function reads become inputs of the graph, variables that it assigns become outputs. The values
 * that tfjs holds are not touched.
 */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { type Graph, numbersOf, sameShape, type Value } from '../graph/graph.ts'
import { registerLowerings } from './register.ts'
import { elementTypeOf, type TraceBackend, traceBackendName } from './trace-backend.ts'

/** What a compiled function takes at one place. */
export interface InputSpec {
  readonly shape: readonly number[]
  /** @default 'float32' */
  readonly dtype?: 'float32' | 'int32' | 'bool'
  /** The input's name in the ONNX graph. @default 'input0', 'input1', ... */
  readonly name?: string
}

/** A variable and the input of the graph that stands for it. */
export interface VariableRead {
  readonly variable: tf.Variable
  readonly value: Value
}

/** A variable and the value that it has when the function is done. */
export interface VariableWrite {
  readonly variable: tf.Variable
  readonly value: Value
}

export interface Trace {
  readonly graph: Graph
  readonly inputs: readonly Value[]
  readonly reads: readonly VariableRead[]
  readonly writes: readonly VariableWrite[]
  /** How many results the function returned; they are the first outputs of the graph, then come the writes. */
  readonly resultCount: number
  /** What the function returned, with these in the places of its tensors. */
  rebuild(results: readonly unknown[]): unknown
}

export interface TraceOptions {
  /** Reads of variables give constants. */
  readonly freezeVariables: boolean
}

/** State that kernels see while a trace goes on. */
class TraceState {
  readonly builder = new GraphBuilder()
  readonly reads = new Map<tf.Variable, Value>()
  readonly writes = new Map<tf.Variable, Value>()
  private readonly captured = new Map<object, Value>()
  private readonly backend: TraceBackend
  private readonly options: TraceOptions

  constructor(backend: TraceBackend, options: TraceOptions) {
    this.backend = backend
    this.options = options
  }

  /** The value of a tensor: traced, a variable's, or the numbers of one that lives outside. */
  valueOf(tensor: tf.TensorInfo): Value {
    const traced = this.backend.lookUp(tensor.dataId)
    if (traced !== undefined) return withShape(this.builder, traced, tensor.shape)
    const variable = findVariable(tensor.dataId)
    if (variable !== undefined) return withShape(this.builder, this.read(variable), tensor.shape)
    return this.capture(tensor)
  }

  read(variable: tf.Variable): Value {
    const known = this.writes.get(variable) ?? this.reads.get(variable)
    if (known !== undefined) return known
    if (this.options.freezeVariables) return this.capture(variable)
    const value = this.builder.input(variable.shape, elementTypeOf(variable.dtype))
    this.reads.set(variable, value)
    return value
  }

  write(variable: tf.Variable, tensor: tf.Tensor): void {
    if (tensor.dtype !== variable.dtype || !sameShape(tensor.shape, variable.shape))
      throw new EngineError(
        'bad-variable',
        `Expected ${variable.dtype} [${variable.shape}] for variable ${variable.name} but received ${tensor.dtype} [${tensor.shape}]. Assign a tensor of the variable's shape and type.`,
        { variable: variable.name },
      )
    this.writes.set(variable, this.valueOf(tensor))
  }

  private capture(tensor: tf.TensorInfo): Value {
    const known = this.captured.get(tensor.dataId)
    if (known !== undefined) return withShape(this.builder, known, tensor.shape)
    const value = this.builder.constant(readOutside(tensor), tensor.shape, elementTypeOf(tensor.dtype))
    this.captured.set(tensor.dataId, value)
    return value
  }
}

/** Traces a function. Restores tfjs's backend and its scopes also where the function throws. */
export function trace(
  fn: (...inputs: tf.Tensor[]) => unknown,
  specs: readonly InputSpec[],
  options: TraceOptions,
): Trace {
  const engine = tf.engine()
  // Makes tfjs choose its backend, where nobody has, before it is looked up.
  void engine.backend
  const outside = tf.getBackend()
  let state: TraceState | undefined
  const backend = registerLowerings((tensor) => state!.valueOf(tensor))
  if (outside === traceBackendName)
    throw new EngineError(
      'bad-state',
      'Expected no trace to be going on but received a call of compile inside a traced function. Compile outside of it.',
    )
  state = new TraceState(backend, options)
  backend.begin(state.builder)
  const restoreVariables = interceptVariables(state, outside)
  const depth = engine.state.scopeStack.length
  switchBackend(traceBackendName)
  engine.startScope('trace')
  try {
    const inputs = specs.map((spec) => state.builder.input(spec.shape, elementTypeOf(spec.dtype ?? 'float32')))
    const tensors = inputs.map((value) => engine.makeTensorFromTensorInfo(backend.toTensorInfo(value)))
    const returned = fn(...tensors)
    if (returned instanceof Promise)
      throw new EngineError(
        'bad-output',
        'Expected tensors from the traced function but received a promise. Trace a synchronous function.',
      )
    const results: Value[] = []
    const structure = mapTensors(returned, (tensor) => new Place(results.push(state.valueOf(tensor)) - 1))
    const writes = [...state.writes].map(([variable, value]) => ({ variable, value }))
    const reads = [...state.reads].map(([variable, value]) => ({ variable, value }))
    const graph = state.builder.finish([...results, ...writes.map((write) => write.value)])
    return {
      graph,
      inputs,
      reads,
      writes,
      resultCount: results.length,
      rebuild: (values) => fillPlaces(structure, values),
    }
  } finally {
    while (engine.state.scopeStack.length > depth) engine.endScope()
    restoreVariables()
    backend.end()
    switchBackend(outside)
  }
}

/** Applies a function to the tensors of a nested structure of arrays and plain objects. */
export function mapTensors(container: unknown, f: (tensor: tf.Tensor) => unknown): unknown {
  if (container instanceof tf.Tensor) return f(container)
  if (Array.isArray(container)) return container.map((item) => mapTensors(item, f))
  if (container !== null && typeof container === 'object')
    return Object.fromEntries(Object.entries(container).map(([key, item]) => [key, mapTensors(item, f)]))
  if (container === undefined || container === null) return container
  throw new EngineError(
    'bad-output',
    `Expected tensors from the traced function but received ${typeof container} ${String(container)}. Return tensors, or arrays and objects of tensors.`,
  )
}

/** Where the n-th result goes in what the function returned. */
class Place {
  readonly index: number

  constructor(index: number) {
    this.index = index
  }
}

function fillPlaces(container: unknown, values: readonly unknown[]): unknown {
  if (container instanceof Place) return values[container.index]
  if (Array.isArray(container)) return container.map((item) => fillPlaces(item, values))
  if (container !== null && typeof container === 'object')
    return Object.fromEntries(Object.entries(container).map(([key, item]) => [key, fillPlaces(item, values)]))
  return container
}

function withShape(builder: GraphBuilder, value: Value, shape: readonly number[]): Value {
  return builder.reshape(value, shape)
}

function findVariable(dataId: object): tf.Variable | undefined {
  return Object.values(tf.engine().registeredVariables).find((variable) => variable.dataId === dataId)
}

function readOutside(tensor: tf.TensorInfo): ArrayLike<number> {
  const info = tf.engine().state.tensorInfo.get(tensor.dataId)
  if (info === undefined)
    throw new EngineError(
      'disposed',
      `Expected a living tensor but received a disposed one of shape [${tensor.shape}]. Keep tensors that a compiled function captures until it is traced.`,
      { shape: tensor.shape },
    )
  return info.backend.readSync(tensor.dataId) as Float32Array
}

function switchBackend(name: string): void {
  // Synchronous for backends that are already initialised, whatever its return type says.
  void tf.setBackend(name)
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
    switchBackend(outside)
    try {
      const real = engine.makeTensor(Float32Array.from(numbersOf(value)), initial.shape, initial.dtype)
      const variable = makeVariable.call(engine, real, trainable, name, dtype)
      real.dispose()
      return variable
    } finally {
      switchBackend(traceBackendName)
    }
  }
  return () => {
    prototype.assign = assign
    engine.makeVariable = makeVariable
  }
}
