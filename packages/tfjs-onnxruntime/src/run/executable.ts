/** A compiled graph with its session: feeds in, results out, variables read and written where they are stored. */
import type * as tf from '@tensorflow/tfjs-core'
import type * as ort from 'onnxruntime-common'
import { EngineError } from '../errors.ts'
import { type Graph, sizeOf } from '../graph/graph.ts'
import type { InputSpec, VariableRead, VariableWrite } from '../trace/trace.ts'
import { findInPlaceWrites } from './in-place.ts'
import { type InputValue, toStorage } from './inputs.ts'
import type { OpenedSession } from './session.ts'
import { allocateStorage, ownsStorage, readStorage, type Storage, writeStorage } from './storage.ts'

/** One tensor that a compiled function returned. */
export interface OutputTensor {
  readonly data: Storage
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
}

export interface ExecutableParts {
  readonly graph: Graph
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly specs: readonly InputSpec[]
  readonly reads: readonly VariableRead[]
  readonly writes: readonly VariableWrite[]
  readonly opened: OpenedSession
}

interface BoundWrite {
  readonly name: string
  readonly variable: tf.Variable
  /** Whether the graph reads the old value only before it writes the new one. */
  readonly inPlace: boolean
  spare: Storage | undefined
}

export class Executable {
  private readonly parts: ExecutableParts
  private readonly boundReads: readonly { name: string; variable: tf.Variable }[]
  private readonly boundWrites: readonly BoundWrite[]
  private readonly tensors = new WeakMap<Storage, ort.Tensor>()
  private queue: Promise<unknown> = Promise.resolve()
  private disposed = false

  constructor(parts: ExecutableParts) {
    this.parts = parts
    const { graph, inputNames, outputNames, specs, reads, writes } = parts
    const nameOf = new Map(graph.inputs.map((value, i) => [value, inputNames[i]]))
    this.boundReads = reads.flatMap(({ variable, value }) => {
      const name = nameOf.get(value)
      return name === undefined ? [] : [{ name, variable }]
    })
    void specs
    const firstWrite = graph.outputs.length - writes.length
    const inPlace = findInPlaceWrites(graph, reads, writes, firstWrite)
    this.boundWrites = writes.map(({ variable }, i) => ({
      name: outputNames[firstWrite + i],
      variable,
      inPlace: inPlace.has(variable),
      spare: undefined,
    }))
  }

  /** Runs once; calls wait for the one before. Returns the function's results in order. */
  run(values: readonly InputValue[]): Promise<OutputTensor[]> {
    const result = this.queue.then(() => this.runNow(values))
    this.queue = result.catch(() => undefined)
    return result
  }

  /** Waits for runs under way, then frees the session and its memory. */
  async dispose(): Promise<void> {
    if (this.disposed) return
    this.disposed = true
    await this.queue
    const { session } = this.parts.opened
    session.endProfiling()
    await session.release()
    for (const write of this.boundWrites) write.spare = undefined
  }

  private async runNow(values: readonly InputValue[]): Promise<OutputTensor[]> {
    const { specs, inputNames, outputNames, graph, opened, writes } = this.parts
    if (this.disposed)
      throw new EngineError(
        'disposed',
        'Expected a living compiled function but received a disposed one. Compile it again.',
      )
    if (values.length !== specs.length)
      throw new EngineError(
        'bad-input',
        `Expected ${specs.length} inputs but received ${values.length}. Pass one value for each input spec.`,
        { expected: specs.length, received: values.length },
      )
    const feeds: Record<string, ort.Tensor> = {}
    specs.forEach((spec, i) => {
      feeds[inputNames[i]] = this.wrap(toStorage(values[i], spec, i), spec.dtype ?? 'float32', spec.shape)
    })
    for (const { name, variable } of this.boundReads)
      feeds[name] = this.wrap(readStorage(variable), variable.dtype, variable.shape)
    const fetches: Record<string, ort.Tensor | null> = {}
    const resultCount = graph.outputs.length - writes.length
    for (let i = 0; i < resultCount; i++) fetches[outputNames[i]] = null
    const targets = this.boundWrites.map((write) => targetOf(write))
    this.boundWrites.forEach(({ name, variable }, i) => {
      fetches[name] = this.wrap(targets[i], variable.dtype, variable.shape)
    })
    const fetched = await opened.session.run(feeds, fetches as ort.InferenceSession.FetchesType)
    this.boundWrites.forEach((write, i) => {
      write.spare = writeStorage(write.variable, targets[i])
    })
    return graph.outputs.slice(0, resultCount).map(({ shape, dtype }, i) => ({
      data: fetched[outputNames[i]].data as Storage,
      shape,
      dtype: dtype as OutputTensor['dtype'],
    }))
  }

  private wrap(data: Storage, dtype: string, shape: readonly number[]): ort.Tensor {
    const known = this.tensors.get(data)
    if (known !== undefined && known.dims.length === shape.length) return known
    const tensor = new this.parts.opened.runtime.Tensor(dtype as 'float32', data as Float32Array, shape)
    this.tensors.set(data, tensor)
    return tensor
  }
}

/** The array that ONNX Runtime writes a variable's new value to. */
function targetOf(write: BoundWrite): Storage {
  if (write.inPlace && ownsStorage(write.variable)) return readStorage(write.variable)
  return write.spare ?? allocateStorage(write.variable.dtype, sizeOf(write.variable.shape))
}
