/** State of a trace: the values of tensors and variables. */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { sameShape, type Value } from '../graph/graph.ts'
import { elementTypeOf, type TraceBackend } from './trace-backend.ts'

export interface TraceOptions {
  /** Variables are read as constants. */
  readonly freezeVariables: boolean
  /** Restrict operators to forms that every execution provider supports. */
  readonly portable?: boolean
}

export class TraceState {
  readonly builder = new GraphBuilder()
  readonly reads = new Map<tf.Variable, Value>()
  readonly writes = new Map<tf.Variable, Value>()
  private readonly captured = new Map<object, Value>()
  private readonly backend: TraceBackend
  private readonly options: TraceOptions

  constructor(backend: TraceBackend, options: TraceOptions) {
    this.backend = backend
    this.options = options
    this.builder.isPortable = options.portable === true
  }

  /**
   * The value of a tensor: traced, a variable's, or a constant of a tensor from outside the trace. Data does not tell a variable: clones made
   * outside, and other variables that began as clones, have its data until it is assigned.
   */
  valueOf(tensor: tf.TensorInfo): Value {
    const traced = this.backend.lookUp(tensor.dataId)
    const value = traced ?? (isLiveVariable(tensor) ? this.read(tensor) : this.capture(tensor))
    return this.builder.reshape(value, tensor.shape)
  }

  write(variable: tf.Variable, tensor: tf.Tensor): void {
    if (tensor.dtype !== variable.dtype || !sameShape(tensor.shape, variable.shape))
      throw new EngineError(
        'bad-variable',
        `Expected ${variable.dtype} [${variable.shape}] for variable ${variable.name} but received ${tensor.dtype} [${tensor.shape}]. Assign a tensor of the variable's shape and type.`,
        { variable: variable.name },
      )
    if (this.options.freezeVariables)
      throw new EngineError(
        'bad-variable',
        `Expected a function that changes no variables but received one that assigns ${variable.name}. Trace inference, or do not freeze variables.`,
        { variable: variable.name },
      )
    this.writes.set(variable, this.valueOf(tensor))
  }

  private read(variable: tf.Variable): Value {
    const known = this.writes.get(variable) ?? this.reads.get(variable)
    if (known !== undefined) return known
    if (this.options.freezeVariables) return this.capture(variable)
    const value = this.builder.input(variable.shape, elementTypeOf(variable.dtype))
    this.reads.set(variable, value)
    return value
  }

  private capture(tensor: tf.TensorInfo): Value {
    const known = this.captured.get(tensor.dataId)
    if (known !== undefined) return known
    const value = this.builder.constant(readOutside(tensor), tensor.shape, elementTypeOf(tensor.dtype))
    this.captured.set(tensor.dataId, value)
    return value
  }
}

function isLiveVariable(tensor: tf.TensorInfo): tensor is tf.Variable {
  return tensor instanceof tf.Variable && !tensor.isDisposed
}

function readOutside(tensor: tf.TensorInfo): ArrayLike<number> {
  const info = tf.engine().state.tensorInfo.get(tensor.dataId)
  if (info === undefined)
    throw new EngineError(
      'disposed',
      `Expected a tensor that was not disposed but received a disposed one of shape [${tensor.shape}]. Keep tensors that a compiled function captures until it is traced.`,
      { shape: tensor.shape },
    )
  return info.backend.readSync(tensor.dataId) as Float32Array
}
