/** A tfjs backend whose tensors are values of a graph: it records everything and computes nothing. */
import { type backend_util, type DataType, KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { ElementType, Value } from '../graph/graph.ts'

/** tfjs's name of the tracing backend. */
export const traceBackendName = 'onnxruntime-trace'

type DataId = TensorInfo['dataId']

/** The values behind the tensors of one trace. */
export class TraceBackend extends KernelBackend {
  private readonly values = new Map<DataId, Value>()
  private readonly counts = new Map<DataId, number>()
  /** The kernels that tfjs has called since the trace began. */
  readonly kernels = new Set<string>()
  private current: GraphBuilder | undefined
  /** Called for each constant; may replace it by another value. */
  onWrite: ((numbers: ArrayLike<number>, shape: number[], dtype: DataType) => Value | undefined) | undefined

  /** The builder of the current trace. @throws outside a trace. */
  get builder(): GraphBuilder {
    if (this.current === undefined)
      throw new EngineError(
        'disposed',
        `Expected an active trace but received none. Use a traced function's tensors only inside of it.`,
      )
    return this.current
  }

  begin(builder: GraphBuilder): void {
    this.current = builder
  }

  end(): void {
    this.current = undefined
    this.kernels.clear()
    this.values.clear()
    this.counts.clear()
  }

  lookUp(dataId: DataId): Value | undefined {
    return this.values.get(dataId)
  }

  /** Wraps a value as what a kernel returns. */
  toTensorInfo(value: Value): TensorInfo {
    if (value.dtype === 'int64')
      throw new EngineError(
        'illegal-graph',
        'Expected a type of tfjs for the result of a kernel but received int64. This is a fault of the compiler: report it.',
      )
    const dataId = {}
    this.values.set(dataId, value)
    this.counts.set(dataId, 1)
    return { dataId, shape: [...value.shape], dtype: value.dtype }
  }

  override write(data: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    const numbers = data as Float32Array
    const value = this.onWrite?.(numbers, shape, dtype) ?? this.builder.constant(numbers, shape, elementTypeOf(dtype))
    return this.toTensorInfo(value).dataId
  }

  override readSync(): never {
    throw symbolicRead('dataSync')
  }

  override async read(): Promise<never> {
    throw symbolicRead('data')
  }

  override numDataIds(): number {
    return [...this.counts.values()].filter((count) => count > 0).length
  }

  override refCount(dataId: DataId): number {
    return this.counts.get(dataId) ?? 0
  }

  override incRef(dataId: DataId): void {
    const count = this.counts.get(dataId)
    if (count !== undefined) this.counts.set(dataId, count + 1)
  }

  decRef(dataId: DataId): void {
    const count = this.counts.get(dataId)
    if (count !== undefined) this.counts.set(dataId, count - 1)
  }

  override disposeData(dataId: DataId): boolean {
    const left = (this.counts.get(dataId) ?? 0) - 1
    this.counts.set(dataId, left)
    // The value is kept: gradients of tfjs's own custom operators (logSigmoid) use inputs that a tidy has disposed.
    return left <= 0
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true }
  }

  override floatPrecision(): 32 {
    return 32
  }

  override dispose(): void {
    this.end()
  }
}

/** The element type of a tfjs type. @throws for strings and complex numbers. */
export function elementTypeOf(dtype: DataType): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new EngineError(
    'unsupported-dtype',
    `Expected float32, int32 or bool for a traced tensor but received ${dtype}. Compute it outside of the compiled function.`,
    { dtype },
  )
}

function symbolicRead(method: string): EngineError {
  return new EngineError(
    'symbolic-read',
    `Expected no read of values while tracing but received ${method}(). A traced tensor has a shape but no values yet: ` +
      'return it from the function and read it from the result of run, replace a decision on its value by tf.where, or compute the number outside and pass it as an input.',
    { method },
  )
}
